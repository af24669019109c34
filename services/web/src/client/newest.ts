/** The newest known state of each task; an older response that arrives late is ignored. */
import type { Task } from "./api";

type Listener = () => void;

export class NewestTasks {
  #tasks = new Map<string, Task>();
  #listeners = new Map<string, Set<Listener>>();

  get(taskId: string): Task | undefined {
    return this.#tasks.get(taskId);
  }

  /** Store a task unless a newer version is known. Returns the newest. */
  put(task: Task): Task {
    const known = this.#tasks.get(task.task_id);
    if (known && known.version >= task.version) return known;
    this.#tasks.set(task.task_id, task);
    for (const listener of this.#listeners.get(task.task_id) ?? []) listener();
    return task;
  }

  subscribe(taskId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(taskId) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(taskId, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(taskId);
    };
  }
}
