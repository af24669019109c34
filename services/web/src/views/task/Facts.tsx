import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import type { Task, TaskEvent } from "../../client";
import { useSession } from "../../shell/session";
import { Copy, Id } from "../../ui/Copy";
import { Countdown, Took } from "../../ui/Times";
import { dateTime, exact, short, zone } from "../../ui/wording";
import { shown } from "./changes";
import { NOTES } from "./says";

/** The task's record after its latest event, with details that only the events hold. */
export function Facts(props: {
  task: Task;
  events: TaskEvent[];
  onEvent: (version: number) => void;
}) {
  const { task, events } = props;
  const { retry, entity } = task;
  const scheduled = events[0]?.due_at;
  return (
    <dl className="panel divide-y divide-line px-3" aria-label="Record">
      <Fact name="Attempt">
        {task.attempt} of {task.max_attempts ?? "any number"}
      </Fact>
      {retry?.due_at && (
        <Fact name="Next attempt">
          in <Countdown due={retry.due_at} /> <span className="text-soft">({retry.reason})</span>
        </Fact>
      )}
      <Fact name="Worker">{task.worker ?? "—"}</Fact>
      <Fact name="Queue">{task.queue ?? "—"}</Fact>
      <Time name="Registered" time={task.created_at} />
      {scheduled && <Time name="Scheduled for" time={scheduled} />}
      <Time name="First started" time={task.started_at} />
      <Time name="Ended" time={task.completed_at} />
      <Fact name="Duration">
        {task.started_at ? <Took from={task.started_at} to={task.completed_at} /> : "—"}
      </Fact>
      {task.expires_at && <Time name="Expires" time={task.expires_at} />}
      <Fact name="Requested by">{task.actor}</Fact>
      {task.cancel_requested && (
        <Fact name={task.status === "REVOKED" ? "Cancelled by" : "Cancel requested by"}>
          {task.cancel_requested_by}
          {task.status === "REVOKED" && task.started_at === null && (
            <span className="text-soft">, before it ran</span>
          )}
        </Fact>
      )}
      <Notes events={events} onEvent={props.onEvent} />
      {entity && (
        <Fact name="Entity">
          {entity.type} <Id id={entity.id} label={`${entity.type} ID`} />
        </Fact>
      )}
      {task.parent_id && <Relative name="Parent" id={task.parent_id} />}
      {task.root_id && task.root_id !== task.parent_id && (
        <Relative name="Root" id={task.root_id} />
      )}
      {task.rerun_of && <Relative name="Rerun of" id={task.rerun_of} />}
      {task.trace_id && <Trace id={task.trace_id} />}
      {task.waits_for.length > 0 && <Relative name="Waits for" id={task.waits_for} />}
      {task.group_id && (
        <Fact name="Group">
          <Id id={task.group_id} label="group ID" />
        </Fact>
      )}
      {Object.entries(task.metadata).map(([name, value]) => (
        <Fact key={name} name={name}>
          {shown(value)}
        </Fact>
      ))}
      {task.result !== null && (
        <Fact name="Result">
          <code className="block font-mono text-xs whitespace-pre-wrap wrap-anywhere">
            {JSON.stringify(task.result, null, 1)}
          </code>
          <Copy text={JSON.stringify(task.result)} label="result" />
        </Fact>
      )}
      <Fact name="Digest">
        <span className="font-mono text-xs" title={task.digest}>
          {task.digest.slice(0, 12)}…
        </span>
        <Copy text={task.digest} label="digest of the last event" />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[96px_minmax(0,1fr)] gap-2 py-1">
      <dt className="text-soft">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}

function Time({ name, time }: { name: string; time: string | null | undefined }) {
  return (
    <Fact name={name}>
      {time ? (
        <time dateTime={time} title={exact(time)}>
          {dateTime(time)} <span className="text-xs text-soft">{zone(time)}</span>
        </time>
      ) : (
        "—"
      )}
    </Fact>
  );
}

function Relative({ name, id }: { name: string; id: string | string[] }) {
  return (
    <Fact name={name}>
      {[id].flat().map((each) => (
        <Link key={each} to="/tasks/$taskId" params={{ taskId: each }} className="mr-2">
          <span className="font-mono text-xs">{short(each)}</span>
        </Link>
      ))}
    </Fact>
  );
}

/** The trace's id, as a link if the server knows where traces are shown. */
function Trace({ id }: { id: string }) {
  const template = useSession().data?.trace_url;
  return (
    <Fact name="Trace">
      {template ? (
        <a href={template.replaceAll("{trace_id}", id)} className="font-mono text-xs">
          {id}
        </a>
      ) : (
        <Id id={id} label="trace ID" />
      )}
    </Fact>
  );
}

/** Refused writes and comments, which do not change the state. */
function Notes({ events, onEvent }: { events: TaskEvent[]; onEvent: (version: number) => void }) {
  const notes = useMemo(() => events.filter((event) => event.type === "noted"), [events]);
  const kinds = [...new Set(notes.map((event) => String(event.data.kind)))];
  return kinds.map((kind) => (
    <Fact key={kind} name="Note">
      {NOTES[kind] ?? kind}
      {notes
        .filter((event) => event.data.kind === kind)
        .map((event) => (
          <button
            key={event.version}
            type="button"
            className="-my-0.5 min-h-6 min-w-6 rounded px-1 text-xs text-link hover:underline"
            aria-label={`Event ${event.version}`}
            title={`Event ${event.version}`}
            onClick={() => onEvent(event.version)}
          >
            {event.version}
          </button>
        ))}
    </Fact>
  ));
}
