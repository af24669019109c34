import { Link } from "@tanstack/react-router";
import { memo, useCallback, useSyncExternalStore } from "react";
import { hasEnded, type Task } from "../../client";
import { Id } from "../../ui/Copy";
import { Progress } from "../../ui/Progress";
import { Status } from "../../ui/Status";
import { Ago, Countdown, Took } from "../../ui/Times";
import { firstLine } from "../../ui/wording";
import { newest } from "./useTaskList";

export const COLUMNS =
  "grid grid-cols-[1fr_auto] gap-x-3 lg:grid-cols-[96px_minmax(160px,1.2fr)_56px_minmax(200px,1.6fr)_minmax(96px,160px)_72px_72px] lg:items-center";

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
  matches: (task: Task) => boolean;
  onType: (type: string) => void;
}) {
  const task = useTask(props.id);
  if (!task) return null;
  const cell = "min-w-0 truncate";
  return (
    <div
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={props.chosen}
      data-task={task.task_id}
      data-status={task.status}
      className={`${COLUMNS} h-full border-b border-line px-3 py-1.5 hover:bg-hover sm:px-4 lg:py-0 ${
        props.chosen ? "bg-mark shadow-[inset_2px_0_0_var(--color-link)]" : ""
      } ${props.matches(task) ? "" : "opacity-70"}`}
    >
      <div role="cell" className={`${cell} order-2 text-right lg:order-none lg:text-left`}>
        <span className="flex h-5 items-center justify-end lg:justify-start">
          <Status status={task.status} />
        </span>
      </div>
      <div role="cell" className={`${cell} order-1 lg:order-none`}>
        <Link to="/tasks/$taskId" params={{ taskId: task.task_id }} className="font-medium">
          {task.task_name}
        </Link>
        <div className="flex items-center gap-1 truncate text-xs text-soft">
          <button
            type="button"
            className="truncate rounded hover:text-ink hover:underline"
            title={`Only ${task.task_type}`}
            onClick={() => props.onType(task.task_type)}
          >
            {task.task_type}
          </button>
          <Id id={task.task_id} label="the task's id" />
        </div>
      </div>
      <div
        role="cell"
        className={`${cell} order-4 text-right text-soft lg:order-none lg:text-left`}
        title="Attempt, of the most that there may be"
      >
        {task.attempt}/{task.max_attempts ?? "∞"}
      </div>
      <div role="cell" className={`${cell} order-3 lg:order-none`}>
        <Doing task={task} />
      </div>
      <div
        role="cell"
        className={`${cell} hidden text-xs text-soft lg:block`}
        title={task.worker ?? ""}
      >
        {task.worker ?? ""}
      </div>
      <div role="cell" className={`${cell} hidden text-right text-soft lg:block`}>
        <Ago time={task.created_at} />
      </div>
      <div role="cell" className={`${cell} hidden text-right lg:block`}>
        {task.started_at && <Took from={task.started_at} to={task.completed_at} />}
      </div>
    </div>
  );
});

/** What the task is doing, waiting for, or ended with, in one line. */
function Doing({ task }: { task: Task }) {
  const wish = task.cancel_requested && !hasEnded(task.status) && (
    <span className="text-revoked">cancel requested · </span>
  );
  if (task.status === "RETRY" && task.retry?.due_at) {
    return (
      <span className="truncate">
        {wish}
        <span className="text-retry">
          retries in <Countdown due={task.retry.due_at} once="0:00, due" />
        </span>
        {task.error && (
          <span className="text-soft" title={task.error.message}>
            {" "}
            · {task.error.type}: {firstLine(task.error.message)}
          </span>
        )}
      </span>
    );
  }
  if (task.error && hasEnded(task.status)) {
    return (
      <span className="text-soft" title={task.error.message}>
        {task.error.type}: {firstLine(task.error.message)}
      </span>
    );
  }
  if (!hasEnded(task.status) && task.progress.percent !== null) {
    return (
      <span className="inline-flex max-w-full items-center gap-2">
        {wish}
        <Progress percent={task.progress.percent} label={`Progress of ${task.task_name}`} />
        <span className="truncate">{task.progress.step}</span>
      </span>
    );
  }
  if (task.status === "SUCCESS" && task.result !== null) {
    const result = JSON.stringify(task.result);
    return (
      <span className="text-xs text-soft" title={result}>
        {result}
      </span>
    );
  }
  return (
    <span className="text-soft">
      {wish || (task.status === "PENDING" ? "waiting for a worker" : "")}
    </span>
  );
}
