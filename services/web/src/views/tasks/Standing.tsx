/** The list's state: new tasks, its lag, and how much of it is loaded. */
import type { ReactNode } from "react";
import type { TaskStatus } from "../../client";
import { useNow } from "../../ui/now";
import { ago, counted, duration, moment, number } from "../../ui/wording";

export function Standing(props: {
  children: ReactNode;
  paused: boolean;
  onPause: () => void;
  waiting: number;
  fresh: number;
  atMost: number;
  onFresh: () => void;
  begunAt: boolean;
  newestFirst: boolean;
  lag: number;
  problem: Error | null;
  answeredAt: number;
  loaded: number;
  counts: Partial<Record<TaskStatus, number>> | undefined;
  countedSince: string | null;
  lookedTo: string | number | null;
  statuses: TaskStatus[] | undefined;
}) {
  const { counts, statuses, lookedTo, countedSince } = props;
  const all = counts
    ? Object.entries(counts)
        .filter(([status]) => !statuses || statuses.includes(status as TaskStatus))
        .reduce((sum, [, count]) => sum + count, 0)
    : null;
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-2 px-3 pb-2 text-xs text-soft sm:px-4">
      <button
        type="button"
        className="button text-xs"
        aria-pressed={props.paused}
        onClick={props.onPause}
      >
        {props.paused ? "Resume" : "Pause"}
      </button>
      {props.children}
      {props.paused && (
        <span role="status" data-paused>
          Paused
          {props.waiting > 0 && ` · ${counted(props.waiting, "change")} pending`}
        </span>
      )}
      {props.fresh > 0 && (
        <button
          type="button"
          data-fresh
          className="button rounded-full border-link text-xs font-medium text-link"
          onClick={props.onFresh}
        >
          {props.fresh >= props.atMost ? `${props.atMost}+` : props.fresh} new
        </button>
      )}
      {props.begunAt && (
        <button type="button" className="button text-xs" onClick={props.onFresh}>
          Not at the top · {props.newestFirst ? "jump to newest" : "jump to the top"}
        </button>
      )}
      {props.lag > 2 && (
        <span role="status" data-lagging className="text-retry">
          <span aria-hidden="true">◔ </span>
          The list is {ago(props.lag * 1000)} behind the log; an opened task is not.
        </span>
      )}
      {props.problem && <Stale since={props.answeredAt} why={props.problem.message} />}
      {lookedTo !== null && (
        <span role="status" data-looked>
          Searched as far as {typeof lookedTo === "number" ? duration(lookedTo) : moment(lookedTo)}
        </span>
      )}
      {countedSince !== null && (
        <span data-counted-since>Counted: created since {moment(countedSince)}</span>
      )}
      <span className="ml-auto">
        {number(props.loaded)}
        {all !== null && ` of ${number(Math.max(all, props.loaded))}`} loaded
      </span>
    </div>
  );
}

function Stale({ since, why }: { since: number; why: string }) {
  useNow();
  return (
    <span role="alert" data-stale className="text-failure">
      <span aria-hidden="true">○ </span>
      {why} Showing data from {since > 0 ? `${ago(Date.now() - since)} ago` : "before"}.
    </span>
  );
}
