import { memo, useMemo } from "react";
import type { Task, TaskEvent } from "../../client";
import { number } from "../../ui/wording";
import { errorGroups } from "./errors";
import { SameFailure } from "./SameFailure";

/** How many attempts of a group are named, newest first. */
const MOST = 20;

/** Each kind of error once, with the attempts that ended with it. */
export const Errors = memo(function Errors(props: {
  task: Task;
  events: TaskEvent[];
  onEvent: (version: number) => void;
}) {
  const groups = useMemo(() => errorGroups(props.events), [props.events]);
  if (groups.length === 0) return null;
  return (
    <section aria-label="Errors">
      <h2 className="mb-1 font-semibold">Errors</h2>
      <SameFailure task={props.task} />
      <ul className="panel divide-y divide-line">
        {groups.map((group) => (
          <li key={group.errors[0]?.version} className="px-3 py-2" data-error-group>
            <div className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-semibold text-failure">{group.type}</span>
              <span className="text-xs text-soft">
                {group.errors.length > 1
                  ? `same error in ${number(group.errors.length)} attempts:`
                  : "in attempt"}
              </span>
              {group.errors.length > MOST && <span className="text-xs text-soft">…</span>}
              {group.errors.slice(-MOST).map((error) => (
                <button
                  key={error.version}
                  type="button"
                  className="-my-0.5 min-h-6 min-w-6 rounded px-1 text-xs text-link hover:underline"
                  onClick={() => props.onEvent(error.version)}
                  title={`Event ${error.version}`}
                >
                  {error.attempt}
                </button>
              ))}
              {group.before && (
                <span className="text-xs text-soft">
                  differs from attempt {group.before.attempt}
                </span>
              )}
            </div>
            <p className="whitespace-pre-wrap break-words">{group.message}</p>
            {group.before && (
              <p className="truncate text-xs text-soft" title={group.before.message}>
                previous error, attempt {group.before.attempt}: {group.before.type}:{" "}
                {group.before.message}
              </p>
            )}
          </li>
        ))}
      </ul>
      <p className="mt-1 text-xs text-soft">
        Tracebacks, for auditors:{" "}
        <code className="font-mono wrap-anywhere">
          task-ledger show {props.task.task_id} --traceback
        </code>
      </p>
    </section>
  );
});
