/** Arranging the tasks of a tree of work under each other. */
import type { Task } from "../../client";

export interface Placed<T> {
  task: T;
  depth: number;
}

type Related = Pick<Task, "task_id" | "parent_id">;

/**
 * Each task under the one that enqueued it, and under the first one where that is not here; steps of
 * a canvas, which nothing has enqueued, are under the first one, too.
 */
export function arranged<T extends Related>(tasks: readonly T[], rootId: string): Placed<T>[] {
  const known = new Set(tasks.map((task) => task.task_id));
  const below = new Map<string, T[]>();
  for (const task of tasks) {
    if (task.task_id === rootId) continue;
    const { parent_id: parent } = task;
    const over = parent !== null && parent !== task.task_id && known.has(parent) ? parent : rootId;
    below.set(over, [...(below.get(over) ?? []), task]);
  }
  const placed: Placed<T>[] = [];
  const place = (task: T, depth: number) => {
    placed.push({ task, depth });
    for (const each of below.get(task.task_id) ?? []) place(each, depth + 1);
  };
  const root = tasks.find((task) => task.task_id === rootId);
  if (root) place(root, 0);
  else for (const each of below.get(rootId) ?? []) place(each, 0);
  return placed;
}
