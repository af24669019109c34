import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { isMissing } from "../../client";
import { FirstTask } from "../../shell/FirstTask";
import { Frame } from "../../shell/Frame";
import { useKeys } from "../../shell/keys";
import { Loading, Notice, ProblemNotice } from "../../ui/Notice";
import { useNow } from "../../ui/now";
import { RetiredMonths, useRetiredMonths } from "../../ui/RetiredMonths";
import { SealState } from "../../ui/SealState";
import { counted, number } from "../../ui/wording";
import { Lanes } from "../lanes/Lanes";
import { taskLanes } from "../lanes/lane";
import { TimelineEvents } from "./Events";
import { Export, Filters } from "./Filters";
import { isFiltered, type TimelineSearch, type Wanted } from "./search";
import { useTimeline } from "./useTimeline";
import type { TimelineWindow } from "./window";

const LANES = 8;

export function TimelineView() {
  const { projectId } = useParams({ from: "/projects/$projectId/timeline" });
  const { event, ...wanted } = useSearch({ from: "/projects/$projectId/timeline" });
  const navigate = useNavigate({ from: "/projects/$projectId/timeline" });
  const [problem, setProblem] = useState<unknown>(null);
  const change = (next: TimelineSearch) => void navigate({ search: next });
  return (
    <Frame projectId={projectId} title={`Timeline of ${projectId}`}>
      <div className="flex h-full flex-col">
        <h1 className="sr-only">Timeline</h1>
        {!isMissing(problem) && (
          // It stays mounted when the events below change, so that typing can go on.
          <Filters projectId={projectId} wanted={wanted} problem={problem} onChange={change} />
        )}
        <Timeline
          key={JSON.stringify([projectId, wanted])}
          projectId={projectId}
          wanted={wanted}
          selected={event}
          onProblem={setProblem}
        />
      </div>
    </Frame>
  );
}

function Timeline(props: {
  projectId: string;
  wanted: Wanted;
  selected: number | undefined;
  onProblem: (problem: unknown) => void;
}) {
  const { projectId, onProblem } = props;
  const [wanted] = useState(props.wanted);
  const [paused, setPaused] = useState(false);
  const [atTop, setAtTop] = useState(true);
  const [pointed, setPointed] = useState(false);
  const navigate = useNavigate({ from: "/projects/$projectId/timeline" });
  const timeline = useTimeline(projectId, wanted, !paused && atTop && !pointed);
  const { window: shown, problem } = timeline;
  const waiting = shown?.waiting.length ?? 0;
  useEffect(() => onProblem(problem), [onProblem, problem]);

  const select = (event: number | undefined) =>
    void navigate({ search: (before) => ({ ...before, event }), replace: true });
  const change = (next: TimelineSearch) => void navigate({ search: next });
  const step = (by: number) => () => {
    const events = shown?.events ?? [];
    const at = events.findIndex((event) => event.seq === props.selected);
    const next = events[Math.min(Math.max(at + by, 0), events.length - 1)];
    if (next) select(next.seq);
  };
  const open = () => {
    const event = shown?.events.find((each) => each.seq === props.selected);
    if (!event) return;
    const search = { version: event.version };
    void navigate({ to: "/tasks/$taskId", params: { taskId: event.task_id }, search });
  };
  useKeys({
    j: step(1),
    k: step(-1),
    enter: open,
    p: () => setPaused(!paused),
    n: timeline.show,
    escape: () => select(undefined),
  });

  if (shown === null && isMissing(problem)) return <ProblemNotice problem={problem} />;
  return (
    <>
      <div className="flex min-h-9 flex-wrap items-center gap-2 px-3 pb-2 text-xs text-soft sm:px-4">
        <button
          type="button"
          className="button text-xs"
          aria-pressed={paused}
          onClick={() => setPaused(!paused)}
        >
          {paused ? "Resume" : "Pause"}
        </button>
        {paused && <span role="status">Paused</span>}
        {waiting > 0 && (
          <button
            type="button"
            data-fresh
            className="button rounded-full border-link text-xs font-medium text-link"
            onClick={timeline.show}
          >
            {number(waiting)} new
          </button>
        )}
        {problem && shown && (
          <span role="alert" data-stale className="text-failure">
            ○ {problem.message} Showing data from before.
          </span>
        )}
        {timeline.lookedTo !== null && (
          <span role="status" data-looked>
            Searched as far as event {number(timeline.lookedTo)}
          </span>
        )}
        <span className="ml-auto flex flex-wrap items-center justify-end gap-2">
          {shown && (
            <span>
              {counted(shown.events.length, "event")}
              {shown.next !== null && " loaded, older below"}
            </span>
          )}
          <RetiredMonths projectId={projectId} />
          <SealState projectId={projectId} />
          <Export projectId={projectId} taskId={wanted.task} />
        </span>
      </div>
      {shown === null ? (
        problem ? (
          <ProblemNotice problem={problem} retry={() => void timeline.open()} />
        ) : (
          <Loading rows={14} />
        )
      ) : shown.events.length === 0 && waiting === 0 ? (
        <Empty projectId={projectId} wanted={wanted} onChange={change} />
      ) : (
        <div className="flex min-h-0 flex-1 flex-col gap-3 px-3 pb-3 sm:px-4">
          <Tasks
            shown={shown}
            selected={props.selected}
            onSelect={select}
            onTask={(task) => change({ ...wanted, task })}
          />
          <TimelineEvents
            events={shown.events}
            selected={props.selected}
            more={shown.next !== null}
            onSelect={select}
            onTop={setAtTop}
            onPointed={setPointed}
            onEnd={() => void timeline.older()}
            onActor={(actor) => change({ ...wanted, actor })}
          />
        </div>
      )}
    </>
  );
}

/** The tasks of the newest events, as lanes. */
function Tasks(props: {
  shown: TimelineWindow;
  selected: number | undefined;
  onSelect: (seq: number) => void;
  onTask: (taskId: string) => void;
}) {
  const { shown, selected } = props;
  const now = useNow();
  const events = useMemo(() => shown.events.slice(0, 500).toReversed(), [shown]);
  const lanes = useMemo(() => taskLanes(events, now, LANES), [events, now]);
  const chosen = events.find((event) => event.seq === selected);
  const live = lanes.some((lane) => lane.spans.at(-1)?.to === null);
  return (
    <section aria-label="Tasks over time" className="panel hidden shrink-0 px-3 py-2 sm:block">
      <Lanes
        lanes={lanes}
        label="Tasks of the newest events over time"
        now={now}
        live={live}
        past
        at={chosen ? Date.parse(chosen.recorded_at) : null}
        onMark={(key) => props.onSelect(Number(key))}
        onLane={props.onTask}
      />
    </section>
  );
}

function Empty(props: { projectId: string; wanted: Wanted; onChange: (wanted: Wanted) => void }) {
  const retired = useRetiredMonths(props.projectId) ?? [];
  if (!isFiltered(props.wanted) && retired.length > 0) {
    const events = retired.reduce((sum, month) => sum + month.events, 0);
    return (
      <Notice title="No events here">
        {counted(events, "event")} of this project are in archives.
      </Notice>
    );
  }
  if (!isFiltered(props.wanted)) {
    return (
      <Notice title="No events yet" action={<FirstTask projectId={props.projectId} />}>
        The events of all tasks in this project appear here as they are recorded.
      </Notice>
    );
  }
  const names = Object.entries(props.wanted).filter(([, value]) => value !== undefined);
  return (
    <Notice
      title="No matching events"
      action={names.map(([name, value]) => (
        <button
          key={name}
          type="button"
          className="button"
          onClick={() => props.onChange({ ...props.wanted, [name]: undefined })}
        >
          Remove filter: {name.replace("_", " ")} {[value].flat().join(", ")}
        </button>
      ))}
    >
      No event in this project matches all filters.
    </Notice>
  );
}
