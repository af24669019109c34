/** The task as of any of its events, and what that event changed. */
import { useEffect, useState } from "react";
import type { Task, TaskEvent } from "../../client";
import { Status } from "../../ui/Status";
import { clock, counted, dated, exact, number } from "../../ui/wording";
import { changesBetween, nameOf } from "./changes";
import { says } from "./says";
import { useAsOf, useSettled } from "./useTask";

export function Replay(props: {
  task: Task;
  events: TaskEvent[];
  version: number | undefined;
  onVersion: (version: number | undefined) => void;
}) {
  const { task, events, onVersion } = props;
  const latest = Math.max(task.version, events.length);
  const at = Math.min(props.version ?? latest, latest);
  const replaying = props.version !== undefined;
  const event = events[at - 1];
  const { steps, error } = useStep(task.task_id, replaying ? at : undefined);
  return (
    <section
      aria-label="Replay"
      className={`panel px-3 py-2 ${replaying ? "border-link bg-mark" : ""}`}
      data-replaying={replaying || undefined}
    >
      <div className="flex flex-wrap items-center gap-2">
        <label htmlFor="replay" className="font-semibold">
          Replay
        </label>
        <Step label="Previous event" sign="‹" off={at <= 1} onClick={() => onVersion(at - 1)} />
        <input
          id="replay"
          type="range"
          min={1}
          max={latest}
          value={at}
          aria-valuetext={`as of event ${at} of ${latest}${event ? `, ${event.type}` : ""}`}
          onChange={(change) => onVersion(Number(change.target.value))}
          className="h-7 min-w-32 flex-1 accent-link"
        />
        <Step label="Next event" sign="›" off={at >= latest} onClick={() => onVersion(at + 1)} />
        <span className="min-w-24 sm:text-right" data-replay-version={at}>
          event {number(at)} of {number(latest)}
        </span>
        {replaying ? (
          <button type="button" className="button" onClick={() => onVersion(undefined)}>
            Back to latest
          </button>
        ) : (
          <span className="text-xs text-soft">latest state</span>
        )}
      </div>
      {props.version !== undefined && props.version > latest && (
        <p role="status" className="mt-1 text-retry">
          Event {number(props.version)} does not exist yet. Showing the last event.
        </p>
      )}
      {replaying && event && (
        <p
          className="mt-1 line-clamp-2 h-10 wrap-anywhere text-soft"
          title={`${exact(event.recorded_at)}: ${says(event)}`}
        >
          As of {dated(event.recorded_at)}
          {event.occurred_at !== event.recorded_at && `, occurred ${clock(event.occurred_at)}`}:{" "}
          <span className="font-medium text-ink">{event.type}</span> by {event.actor} ·{" "}
          {says(event)}
        </p>
      )}
      {replaying &&
        (steps ? (
          <div
            className={`h-52 ${steps.record.version === at ? "" : "opacity-60"}`}
            aria-busy={steps.record.version !== at}
          >
            <Changes record={steps.record} before={steps.before} />
          </div>
        ) : (
          <p className="mt-1 h-52 text-soft">{error ? error.message : "Loading…"}</p>
        ))}
    </section>
  );
}

interface Steps {
  record: Task;
  /** Null before the first event. */
  before: Task | null;
}

/** The records as of a version and the one before it; while they load, the last pair shown. */
function useStep(taskId: string, version: number | undefined) {
  const at = useSettled(version);
  const asOf = useAsOf(taskId, at);
  const before = useAsOf(taskId, at !== undefined && at > 1 ? at - 1 : undefined);
  const [steps, setSteps] = useState<Steps | null>(null);
  const record = asOf.data;
  const earlier = record?.version === 1 ? null : before.data;
  useEffect(() => {
    if (record && earlier === null) setSteps({ record, before: null });
    else if (record && earlier?.version === record.version - 1)
      setSteps({ record, before: earlier });
  }, [record, earlier]);
  return { steps, error: asOf.error ?? before.error };
}

function Step(props: { label: string; sign: string; off: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      className="button"
      aria-label={props.label}
      title={props.label}
      disabled={props.off}
      onClick={props.onClick}
    >
      <span aria-hidden="true">{props.sign}</span>
    </button>
  );
}

function Changes({ record, before }: { record: Task; before: Task | null }) {
  const changes = changesBetween(before, record);
  return (
    <div className="flex h-full flex-col pt-2">
      <div className="flex flex-wrap items-center gap-2">
        {before && before.status !== record.status && (
          <>
            <Status status={before.status} />
            <span aria-hidden="true">→</span>
          </>
        )}
        <Status status={record.status} />
        <span className="text-xs text-soft">
          {before === null
            ? "set by the first event"
            : `this event changed ${counted(changes.length, "field")}`}
        </span>
      </div>
      <section
        aria-label="Changed fields"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className="mt-1 min-h-0 flex-1 overflow-auto"
      >
        <table className="w-full text-left text-xs">
          <thead className="sr-only">
            <tr>
              <th scope="col">field</th>
              <th scope="col">before</th>
              <th scope="col">after</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ field, before: was, after }) => (
              <tr key={field} className="border-t border-line align-top">
                <th scope="row" className="py-0.5 pr-3 font-normal text-soft whitespace-nowrap">
                  {nameOf(field)}
                </th>
                <td className="py-0.5 pr-3 wrap-anywhere min-w-20">
                  {was !== "—" && <del className="text-soft">{was}</del>}
                </td>
                <td className="py-0.5 font-medium wrap-anywhere min-w-20">
                  <ins className="no-underline">{after}</ins>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
