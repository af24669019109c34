import { Link } from "@tanstack/react-router";
import type { FailureGroup } from "../../client";
import { Ago, AgoAndWhen } from "../../ui/Times";
import { className, counted, firstLine, number } from "../../ui/wording";
import { MarkHandled } from "./MarkHandled";
import { Trend } from "./Trend";

/** One column on a narrow screen. */
export const GRID =
  "grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 lg:grid-cols-[minmax(0,1fr)_128px_64px_136px_136px_112px] lg:items-center";

export function GroupRow(props: {
  group: FailureGroup;
  /** Whether the list is one of all projects. */
  everywhere: boolean;
  by: "hour" | "day";
  onHandled: () => void;
}) {
  const { group, by } = props;
  const { handled } = group;
  return (
    <div
      role="row"
      data-fingerprint={group.fingerprint}
      className={`${GRID} border-b border-line px-3 py-2 last:border-b-0 hover:bg-hover sm:px-4`}
    >
      <div role="cell" className="col-span-2 min-w-0 lg:col-span-1">
        <div className="lg:truncate" title={`${group.error_type}: ${group.message ?? ""}`}>
          <span className="font-semibold text-failure">{className(group.error_type)}</span>{" "}
          {group.message === null ? (
            <span className="text-soft">message no longer kept</span>
          ) : (
            <span className="max-lg:line-clamp-2">{firstLine(group.message)}</span>
          )}
        </div>
        <div className="text-xs break-words text-soft lg:truncate">
          {props.everywhere && (
            <>
              <Link
                to="/projects/$projectId/failures"
                params={{ projectId: group.project_id }}
                className="text-soft underline max-lg:inline-block max-lg:leading-6"
              >
                {group.project_id}
              </Link>
              {" · "}
            </>
          )}
          {group.task_type}
          {group.place && (
            <>
              {" · in "}
              <span className="font-mono wrap-anywhere" title="Function that raised the error">
                {group.place}
              </span>
            </>
          )}
        </div>
        {handled && (
          <div className="text-xs text-soft">
            <span className="text-success">✓ handled</span> <Ago time={handled.at} /> ago by{" "}
            {handled.actor}
            {handled.comment && `: ${handled.comment}`}
            {group.open && <span className="text-failure"> · failed again since</span>}
          </div>
        )}
      </div>
      <div role="cell" className="max-lg:mt-1">
        <Trend counts={by === "hour" ? group.hours : group.days} by={by} />
      </div>
      <div role="cell" className="text-right">
        <Link
          to="/projects/$projectId"
          params={{ projectId: group.project_id }}
          search={{ query: `fingerprint:${group.fingerprint}` }}
          className="font-medium max-lg:inline-block max-lg:leading-7"
          aria-label={`Show ${counted(group.tasks, "task")}`}
        >
          {number(group.tasks)}
          <span className="lg:hidden"> {group.tasks === 1 ? "task" : "tasks"}</span>
        </Link>
      </div>
      <div role="cell" className="text-soft lg:text-right">
        <span className="lg:hidden">first </span>
        <AgoAndWhen time={group.first_at} />
        <span className="lg:hidden"> ago</span>
      </div>
      <div role="cell" className="text-right text-soft">
        <span className="lg:hidden">last </span>
        <AgoAndWhen time={group.last_at} />
        <span className="lg:hidden"> ago</span>
      </div>
      <div role="cell" className="max-lg:col-span-2 max-lg:mt-1 lg:text-right">
        {group.open && <MarkHandled group={group} onHandled={props.onHandled} />}
      </div>
    </div>
  );
}
