import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Task } from "../../client";
import { Copy, Id } from "../../ui/Copy";
import { Countdown, Took } from "../../ui/Times";
import { clock, exact } from "../../ui/wording";
import { shown } from "./changes";

/** The record, as its latest event has left it. */
export function Facts({ task }: { task: Task }) {
  const { retry, entity } = task;
  return (
    <dl className="panel divide-y divide-line px-3" aria-label="Record">
      <Fact name="Attempt">
        {task.attempt} of {task.max_attempts ?? "any number"}
      </Fact>
      {retry?.due_at && (
        <Fact name="Next attempt">
          <span className="text-retry">
            in <Countdown due={retry.due_at} once="0:00, due" />
          </span>{" "}
          <span className="text-soft">({retry.reason})</span>
        </Fact>
      )}
      <Fact name="Worker">{task.worker ?? "—"}</Fact>
      <Fact name="Queue">{task.queue ?? "—"}</Fact>
      <Time name="Registered" time={task.created_at} />
      <Time name="First start" time={task.started_at} />
      <Time name="Ended" time={task.completed_at} />
      <Fact name="Took">
        {task.started_at ? <Took from={task.started_at} to={task.completed_at} /> : "—"}
      </Fact>
      {task.expires_at && <Time name="Expires" time={task.expires_at} />}
      <Fact name="Asked for by">{task.actor}</Fact>
      {entity && (
        <Fact name="About">
          {entity.type} <Id id={entity.id} label={`the ${entity.type}'s id`} />
        </Fact>
      )}
      {task.parent_id && <Relative name="Parent" id={task.parent_id} />}
      {task.root_id && task.root_id !== task.parent_id && (
        <Relative name="Root" id={task.root_id} />
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
          <Copy text={JSON.stringify(task.result)} label="the result" />
        </Fact>
      )}
      <Fact name="Digest">
        <span className="font-mono text-xs" title={task.digest}>
          {task.digest.slice(0, 12)}…
        </span>
        <Copy text={task.digest} label="the last event's digest" />
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
          {clock(time)}{" "}
          <span className="text-xs text-soft">{new Date(time).toLocaleDateString("en-CA")}</span>
        </time>
      ) : (
        "—"
      )}
    </Fact>
  );
}

function Relative({ name, id }: { name: string; id: string }) {
  return (
    <Fact name={name}>
      <Link to="/tasks/$taskId" params={{ taskId: id }}>
        <span className="font-mono text-xs">…{id.slice(-8)}</span>
      </Link>
    </Fact>
  );
}
