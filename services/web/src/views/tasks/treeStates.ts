/** The states of trees, by the id of their first task: they change without a new version of it. */
import { useCallback, useSyncExternalStore } from "react";
import { hasEnded, type Task, type TaskStatus } from "../../client";

export type TreeState = NonNullable<Task["tree"]>;

type Listener = () => void;

class TreeStates {
  #states = new Map<string, TreeState>();
  #listeners = new Map<string, Set<Listener>>();

  get(firstId: string): TreeState | undefined {
    return this.#states.get(firstId);
  }

  put(firstId: string, state: TreeState): void {
    if (JSON.stringify(this.#states.get(firstId)) === JSON.stringify(state)) return;
    this.#states.set(firstId, state);
    for (const listener of this.#listeners.get(firstId) ?? []) listener();
  }

  /** Whether any of its tasks has not ended. */
  isOpen(firstId: string): boolean {
    const counts = Object.entries(this.#states.get(firstId)?.by_status ?? {});
    return counts.some(([status, count]) => count > 0 && !hasEnded(status as TaskStatus));
  }

  subscribe(firstId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(firstId) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(firstId, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(firstId);
    };
  }
}

export const treeStates = new TreeStates();

export function useTreeState(firstId: string): TreeState | undefined {
  return useSyncExternalStore(
    useCallback((changed) => treeStates.subscribe(firstId, changed), [firstId]),
    () => treeStates.get(firstId),
  );
}

/** The number of tasks counted in a tree, the first one included. */
export function sizeOf(state: TreeState): number {
  return Object.values(state.by_status).reduce((sum, count) => sum + count, 0);
}

/** The sizes of some trees as one text, which changes whenever one of them does. */
export function useSizes(firstIds: ReadonlySet<string>): string {
  return useSyncExternalStore(
    useCallback(
      (changed) => {
        const ends = [...firstIds].map((id) => treeStates.subscribe(id, changed));
        return () => {
          for (const end of ends) end();
        };
      },
      [firstIds],
    ),
    () =>
      [...firstIds]
        .map((id) => {
          const state = treeStates.get(id);
          return state ? sizeOf(state) : 0;
        })
        .join(),
  );
}
