import type { Task } from "../../client";
import { STATUSES, Status } from "../../ui/Status";
import { counted, number } from "../../ui/wording";
import { countedIn, TreeRows } from "./TreeRows";
import { useTree } from "./useTree";

/** The tree of work around a task: the tasks it enqueued and its steps, recursively, with states. */
export function Tree({ task }: { task: Task }) {
  const { data } = useTree(task.task_id);
  if (!data || data.tasks.length + Number(data.more) < 2) return null;
  const all = countedIn(data);
  const done = data.by_status.SUCCESS ?? 0;
  return (
    <section aria-label="Tree of work" data-tree={data.worst}>
      <h2 className="mb-1 flex flex-wrap items-center gap-x-3 font-semibold">
        Tree of work
        <span className="font-normal text-soft">
          {number(done)} of {counted(all, "task")} done
        </span>
        {STATUSES.filter((status) => status !== "SUCCESS" && data.by_status[status]).map(
          (status) => (
            <span key={status} className="inline-flex items-center gap-1 text-xs font-normal">
              <Status status={status} /> {number(data.by_status[status] ?? 0)}
            </span>
          ),
        )}
      </h2>
      <ul className="panel max-h-80 divide-y divide-line overflow-y-auto">
        <TreeRows tree={data} current={task.task_id} />
      </ul>
    </section>
  );
}
