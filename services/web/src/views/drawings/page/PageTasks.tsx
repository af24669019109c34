import type { Task } from "../../../client";
import type { PageDetail } from "../queries";
import { TaskLine } from "../TaskLine";
import { useTasksOf } from "../useDrawingTasks";
import { Result } from "./Result";

const SHOWN = 5;

/** What is done with the page now, and what was done last. */
export function PageTasks({ page }: { page: PageDetail }) {
  const tasks: Task[] = useTasksOf(page.id);
  return (
    <section aria-labelledby="page-tasks" className="px-4 py-3">
      <h2 id="page-tasks" className="font-semibold">
        Tasks of this page
      </h2>
      {tasks.length === 0 ? (
        <p className="text-soft">
          None yet. Reading a page when it is uploaded is not a task of its own.
        </p>
      ) : (
        <ul className="mt-1 grid grid-cols-[minmax(0,1fr)] gap-2">
          {tasks.slice(0, SHOWN).map((task) => (
            <li key={task.task_id}>
              <TaskLine task={task}>{task.status === "SUCCESS" && <Result task={task} />}</TaskLine>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
