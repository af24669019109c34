import { Link } from "@tanstack/react-router";
import type { Task } from "../../client";
import { serverClock } from "../../ui/now";
import { QueueAlarm } from "../../ui/QueueAlarm";
import { Status } from "../../ui/Status";
import { Ago } from "../../ui/Times";
import { counted } from "../../ui/wording";
import { Doing } from "../tasks/columns";
import { arranged } from "./tree";
import type { useTree } from "./useTree";

type Tree = NonNullable<ReturnType<typeof useTree>["data"]>;

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

/** The number of tasks of a tree that were counted. */
export function countedIn(tree: Tree): number {
  return Object.values(tree.by_status).reduce((sum, count) => sum + (count ?? 0), 0);
}

/** The tasks of a tree as items of a list, each under the one that enqueued it. */
export function TreeRows(props: {
  tree: Tree;
  /** The task to mark. */
  current?: string;
  /** Whether to leave out the first task. */
  below?: boolean;
}) {
  const { tree, current, below = false } = props;
  const more = countedIn(tree) - tree.tasks.length;
  const rows = arranged(tree.tasks.map(inItsQueue), tree.root_id);
  return (
    <>
      {rows
        .filter(({ task }) => !below || task.task_id !== tree.root_id)
        .map(({ task: each, depth }) => (
          <li
            key={each.task_id}
            data-in-tree={each.task_id}
            aria-current={each.task_id === current ? "true" : undefined}
            className={`flex flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1 ${
              each.task_id === current ? "bg-mark" : ""
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
    </>
  );
}
