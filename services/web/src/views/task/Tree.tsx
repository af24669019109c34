import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { answered, hasEnded, type Task, useLedgerClient } from "../../client";
import { serverClock } from "../../ui/now";
import { QueueAlarm } from "../../ui/QueueAlarm";
import { STATUSES, Status } from "../../ui/Status";
import { Ago } from "../../ui/Times";
import { counted, number } from "../../ui/wording";
import { Doing } from "../tasks/columns";
import { arranged } from "./tree";

/** Whether it waits for nothing but a worker. */
function isQueued(task: Task): boolean {
  const due = task.due_at === null ? 0 : Date.parse(task.due_at);
  return task.status === "PENDING" && task.waits_for.length === 0 && due <= serverClock.now();
}

/** What the list of a tree does not say of each task: that it waits in its queue. */
function inItsQueue(task: Task): Task {
  if (!isQueued(task) || task.queue === null) return task;
  const since = task.due_at ?? task.created_at;
  const waiting = { queue: task.queue, since, taken: true, no_worker: false };
  return { ...task, waiting: { ...waiting, waits_for: "worker" } };
}

const WATCH_EVERY_MS = 2000;

/** The tree of work around a task: the tasks it enqueued and its steps, recursively, with states. */
export function Tree({ task }: { task: Task }) {
  const client = useLedgerClient();
  const { data } = useQuery({
    queryKey: ["tree", task.task_id],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/tasks/{task_id}/tree", {
          params: { path: { task_id: task.task_id }, query: { limit: 100 } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) =>
      state.data?.tasks.every((each) => hasEnded(each.status))
        ? 5 * WATCH_EVERY_MS
        : WATCH_EVERY_MS,
  });
  if (!data || data.tasks.length + Number(data.more) < 2) return null;
  const all = Object.values(data.by_status).reduce((sum, count) => sum + (count ?? 0), 0);
  const done = data.by_status.SUCCESS ?? 0;
  const more = all - data.tasks.length;
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
        {arranged(data.tasks.map(inItsQueue), data.root_id).map(({ task: each, depth }) => (
          <li
            key={each.task_id}
            data-in-tree={each.task_id}
            aria-current={each.task_id === task.task_id ? "true" : undefined}
            className={`flex flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1 ${
              each.task_id === task.task_id ? "bg-mark" : ""
            }`}
            style={{ paddingInlineStart: 12 + Math.min(depth, 6) * 20 }}
          >
            <Status status={each.status} />
            <Link
              to="/tasks/$taskId"
              params={{ taskId: each.task_id }}
              className="min-w-0 truncate leading-6 font-medium"
            >
              {each.task_name}
            </Link>
            <span className="min-w-0 flex-1 truncate text-xs">
              {isQueued(each) ? (
                <QueueAlarm
                  task={each}
                  other={
                    <span className="text-soft">
                      waiting for a worker in queue {each.queue ?? "—"} for{" "}
                      <Ago time={each.due_at ?? each.created_at} />
                    </span>
                  }
                />
              ) : (
                <Doing task={each} />
              )}
            </span>
          </li>
        ))}
        {more > 0 && (
          <li className="px-3 py-1 text-soft">
            and {counted(more, "task")} more, the first ones are shown
          </li>
        )}
      </ul>
    </section>
  );
}
