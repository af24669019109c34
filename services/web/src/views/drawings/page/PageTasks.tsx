import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Task } from "../../../client";
import { number } from "../../../ui/wording";
import type { PageDetail } from "../queries";
import { TaskLine } from "../TaskLine";
import { useTasksOf } from "../useDrawingTasks";
import { Result } from "./Result";

const FIRST = 5;

/** The page's current and earlier tasks. */
export function PageTasks({ page, projectId }: { page: PageDetail; projectId: string }) {
  const tasks: Task[] = useTasksOf(page.id);
  const [all, setAll] = useState(false);
  const more = tasks.length - FIRST;
  return (
    <section aria-labelledby="page-tasks" className="px-4 py-3">
      <h2 id="page-tasks" className="font-semibold">
        Tasks of this page
      </h2>
      {tasks.length === 0 ? (
        <p className="text-soft">None yet.</p>
      ) : (
        <ul className="mt-1 grid grid-cols-[minmax(0,1fr)] gap-2">
          {tasks.slice(0, all ? tasks.length : FIRST).map((task) => (
            <li key={task.task_id}>
              <TaskLine task={task}>{task.status === "SUCCESS" && <Result task={task} />}</TaskLine>
            </li>
          ))}
        </ul>
      )}
      {more > 0 && (
        <div className="mt-2 flex items-center gap-3">
          <button
            type="button"
            className="button text-xs"
            aria-expanded={all}
            onClick={() => setAll(!all)}
          >
            {all ? "Show fewer" : `Show ${number(more)} more`}
          </button>
          <Link
            to="/projects/$projectId"
            params={{ projectId }}
            search={{ query: `entity:${page.id}` }}
          >
            All in the task list
          </Link>
        </div>
      )}
    </section>
  );
}
