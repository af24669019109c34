import { useMemo } from "react";
import { hasEnded, type Task, type TaskEvent } from "../../client";
import { Notice } from "../../ui/Notice";
import { useNowWhile } from "../../ui/now";
import { number } from "../../ui/wording";
import { Lanes } from "../lanes/Lanes";
import { attemptLanes, type Lane } from "../lanes/lane";

/** How many attempts are drawn at most. */
const MOST_LANES = 12;

/** The lanes around one attempt. */
function around(lanes: Lane[], attempt: number): Lane[] {
  const last = Math.min(lanes.length, Math.max(attempt + MOST_LANES / 2, MOST_LANES));
  return lanes.slice(Math.max(last - MOST_LANES, 0), last);
}

/** The attempts as lanes, drawn to scale. */
export function Attempts(props: {
  task: Task;
  events: TaskEvent[];
  version: number | undefined;
  past: boolean;
  onVersion: (version: number) => void;
  onZoom: (past: boolean) => void;
}) {
  const { task, events, version } = props;
  const live = !hasEnded(task.status);
  const clock = useNowWhile(live);
  const last = events.at(-1);
  const now = live ? clock : last ? Date.parse(last.recorded_at) : 0;
  // Time alone changes the lanes only when a countdown ends.
  const due = last?.due_at ? Date.parse(last.due_at) : null;
  const passed = due !== null && due < now ? due + 1 : 0;
  const lanes = useMemo(() => attemptLanes(events, passed), [events, passed]);
  const selected = version === undefined ? undefined : events[version - 1];
  const near = selected ? Math.max(selected.attempt, 1) : lanes.length;
  const drawn = useMemo(() => around(lanes, near), [lanes, near]);
  if (lanes.length === 0) return <Notice title="No events yet" />;
  return (
    <section aria-label="Attempts" className="panel overflow-hidden px-3 py-2">
      <Lanes
        lanes={drawn}
        label="Attempts over time"
        now={now}
        live={live && drawn.at(-1) === lanes.at(-1)}
        past={props.past}
        at={selected ? Date.parse(selected.recorded_at) : null}
        onMark={(key) => props.onVersion(Number(key))}
      >
        {drawn.length < lanes.length && (
          <span>
            attempts {number(Number(drawn[0]?.key))} to {number(Number(drawn.at(-1)?.key))} of{" "}
            {number(lanes.length)}
          </span>
        )}
        {task.status === "RETRY" && (
          <button
            type="button"
            className="button ml-auto text-xs"
            aria-pressed={props.past}
            onClick={() => props.onZoom(!props.past)}
          >
            Past only
          </button>
        )}
      </Lanes>
    </section>
  );
}
