import { Link } from "@tanstack/react-router";
import { memo, useCallback, useSyncExternalStore } from "react";
import type { Task } from "../../client";
import { Id } from "../../ui/Copy";
import { Status } from "../../ui/Status";
import { Ago } from "../../ui/Times";
import { selection, useIsSelected } from "../acting/selection";
import { COLUMNS, Doing, ProjectLink } from "./columns";
import type { ShownColumn } from "./search";
import { TreeSummary } from "./TreeSummary";
import { newest } from "./useTaskList";

/** Two columns on a narrow screen; on a wide one those in the list's `--columns`. */
export const GRID =
  "grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 lg:grid-cols-[var(--columns)] lg:items-center";

/** On a narrow screen, the whole row is a tap target for its link. */
const WHOLE_ROW =
  "max-lg:block max-lg:truncate max-lg:leading-6 max-lg:after:absolute max-lg:after:inset-0";

function useTask(id: string): Task | undefined {
  return useSyncExternalStore(
    useCallback((changed) => newest.subscribe(id, changed), [id]),
    () => newest.get(id),
  );
}

export const Row = memo(function Row(props: {
  id: string;
  index: number;
  chosen: boolean;
  /** Null on a narrow screen, which shows only the most important facts. */
  columns: readonly ShownColumn[] | null;
  /** Whether the list is one of all projects. */
  everywhere: boolean;
  /** Whether the list is one of trees. */
  trees: boolean;
  selectable: boolean;
  matches: (task: Task) => boolean;
  onType: (type: string) => void;
  onPeek: (id: string) => void;
}) {
  const task = useTask(props.id);
  if (!task) return null;
  const cell = "min-w-0 truncate";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has a key for it
    <div
      role="row"
      tabIndex={-1}
      onClick={(event) => {
        const at = event.target instanceof Element ? event.target : null;
        // Selecting text is not choosing a row.
        if (props.columns === null || getSelection()?.type === "Range") return;
        if (!at?.closest("a,button,label")) props.onPeek(props.id);
      }}
      aria-rowindex={props.index + 2}
      aria-selected={props.chosen}
      data-task={task.task_id}
      data-status={task.status}
      className={`${GRID} relative h-full content-center border-b border-line px-3 hover:bg-hover sm:px-4 ${
        props.chosen ? "bg-mark shadow-[inset_2px_0_0_var(--color-link)]" : ""
      } ${props.matches(task) ? "" : "opacity-70"}`}
    >
      <div role="cell" className={`${cell} order-2 text-right lg:order-none lg:text-left`}>
        <span className="flex h-5 items-center justify-end gap-1 lg:justify-start">
          {props.selectable && <Select task={task} />}
          <Status status={task.status} />
        </span>
      </div>
      <div role="cell" className={`${cell} order-1 lg:order-none`}>
        <Link
          to="/tasks/$taskId"
          params={{ taskId: task.task_id }}
          className={`font-medium ${WHOLE_ROW}`}
        >
          {task.task_name}
        </Link>
        <div className="flex items-center gap-1 truncate text-xs text-soft">
          <button
            type="button"
            className="relative z-10 min-h-6 truncate rounded hover:text-ink hover:underline lg:min-h-0"
            title={`Show only ${task.task_type}`}
            onClick={() => props.onType(task.task_type)}
          >
            {task.task_type}
          </button>
          <Id id={task.task_id} label="task ID" />
        </div>
      </div>
      {props.columns === null && (
        <>
          <div role="cell" className={`${cell} order-3`}>
            {props.trees ? <TreeSummary task={task} /> : <Doing task={task} />}
          </div>
          <div role="cell" className={`${cell} order-4 text-right text-soft`}>
            {props.everywhere && (
              <>
                <ProjectLink id={task.project_id} /> ·{" "}
              </>
            )}
            {COLUMNS.attempt.shown(task)} · <Ago time={task.created_at} />
          </div>
        </>
      )}
      {props.columns?.map((name) => (
        <div
          key={name}
          role="cell"
          data-column={name}
          className={`${cell} ${COLUMNS[name].right ? "text-right" : ""} ${
            name === "doing" || name === "took" ? "" : "text-soft"
          } ${name === "worker" || name === "queue" || name === "actor" ? "text-xs" : ""}`}
        >
          {COLUMNS[name].shown(task)}
        </div>
      ))}
    </div>
  );
});

function Select({ task }: { task: Task }) {
  const selected = useIsSelected(task.task_id);
  return (
    <label className="relative z-10 -my-0.5 grid size-6 shrink-0 place-items-center">
      <input
        type="checkbox"
        aria-label={`Select ${task.task_name}`}
        checked={selected}
        onChange={() => selection.toggle(task.task_id)}
      />
    </label>
  );
}
