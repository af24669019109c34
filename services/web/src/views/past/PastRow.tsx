import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { Task } from "../../client";
import { Id } from "../../ui/Copy";
import { Status } from "../../ui/Status";
import { Ago } from "../../ui/Times";
import { COLUMNS, Doing, ProjectLink } from "../tasks/columns";
import { GRID } from "../tasks/Row";
import type { ShownColumn } from "../tasks/search";

const CELL = "min-w-0 truncate";

/** A task as it was. Its link opens it as of the same event. */
export const PastRow = memo(function PastRow(props: {
  task: Task;
  /** Null on a narrow screen, which shows only the most important facts. */
  columns: readonly ShownColumn[] | null;
  everywhere: boolean;
}) {
  const { task, columns } = props;
  return (
    <div
      role="row"
      data-task={task.task_id}
      data-status={task.status}
      className={`${GRID} relative min-h-11 content-center border-b border-line px-3 py-1 last:border-b-0 hover:bg-hover sm:px-4`}
    >
      <div role="cell" className={`${CELL} order-2 text-right lg:order-none lg:text-left`}>
        <Status status={task.status} />
      </div>
      <div role="cell" className={`${CELL} order-1 lg:order-none`}>
        <Link
          to="/tasks/$taskId"
          params={{ taskId: task.task_id }}
          search={{ version: task.version }}
          className="font-medium max-lg:block max-lg:truncate max-lg:leading-6"
        >
          {task.task_name}
        </Link>
        <div className="flex items-center gap-1 truncate text-xs text-soft">
          {task.task_type} <Id id={task.task_id} label="task ID" />
        </div>
      </div>
      {columns === null && (
        <>
          <div role="cell" className={`${CELL} order-3`}>
            <Doing task={task} />
          </div>
          <div role="cell" className={`${CELL} order-4 text-right text-soft`}>
            {props.everywhere && (
              <>
                <ProjectLink id={task.project_id} /> ·{" "}
              </>
            )}
            {COLUMNS.attempt.shown(task)} · <Ago time={task.created_at} />
          </div>
        </>
      )}
      {columns?.map((name) => (
        <div
          key={name}
          role="cell"
          data-column={name}
          className={`${CELL} ${COLUMNS[name].right ? "text-right" : ""} ${
            name === "doing" || name === "took" ? "" : "text-soft"
          }`}
        >
          {COLUMNS[name].shown(task)}
        </div>
      ))}
    </div>
  );
});
