import { createContext, useContext, useMemo, useState } from "react";
import type { Task } from "../../client";
import { STATUSES, Status } from "../../ui/Status";
import { Ago } from "../../ui/Times";
import { number } from "../../ui/wording";
import { sizeOf, treeStates, useTreeState } from "./treeStates";

/** The trees whose tasks are shown below their first one, and how to show or hide them. */
export const ExpandedTrees = createContext<{
  expanded: ReadonlySet<string>;
  toggle: (firstId: string) => void;
}>({ expanded: new Set(), toggle: () => undefined });

export function useExpandedTrees() {
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    const toggle = (firstId: string) =>
      setExpanded((before) => {
        const after = new Set(before);
        if (!after.delete(firstId)) after.add(firstId);
        return after;
      });
    return { expanded, toggle };
  }, [expanded]);
}

/** The state of the tree that begins with a task, and a button that shows its tasks. */
export function TreeSummary({ task }: { task: Task }) {
  const state = useTreeState(task.task_id);
  const { expanded, toggle } = useContext(ExpandedTrees);
  if (!state) return null;
  const size = sizeOf(state);
  const isExpanded = expanded.has(task.task_id);
  const all = STATUSES.filter((status) => state.by_status[status]);
  return (
    <div className="flex min-w-0 items-center gap-1.5" data-tree-state={state.worst}>
      {size > 1 && (
        <button
          type="button"
          className="relative z-10 grid size-6 shrink-0 place-items-center rounded outline-offset-[-2px] hover:bg-hover"
          aria-expanded={isExpanded}
          aria-label={`Tasks below ${task.task_name}`}
          onClick={() => toggle(task.task_id)}
        >
          <span aria-hidden="true">{isExpanded ? "▾" : "▸"}</span>
        </button>
      )}
      <div
        className="min-w-0"
        title={all.map((status) => `${state.by_status[status]} ${status}`).join(", ")}
      >
        <div className="flex items-center gap-2 truncate">
          <span className="truncate">
            {number(state.by_status.SUCCESS ?? 0)} of {number(size)}
            {state.more && "+"} done
          </span>
          {state.worst !== "SUCCESS" && (
            <span className="inline-flex shrink-0 items-center gap-1">
              <Status status={state.worst} /> {number(state.by_status[state.worst] ?? 0)}
            </span>
          )}
        </div>
        <div className="truncate text-xs text-soft">
          {state.running_since !== null ? (
            <>
              running for <Ago time={state.running_since} />
            </>
          ) : state.last_end !== null && !treeStates.isOpen(task.task_id) ? (
            <>
              {state.more && `first ${number(size)} `}ended <Ago time={state.last_end} /> ago
            </>
          ) : (
            "not started"
          )}
        </div>
      </div>
    </div>
  );
}
