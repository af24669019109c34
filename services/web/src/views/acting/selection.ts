/** The selected tasks of a list, for an action on all of them. */
import { useSyncExternalStore } from "react";

export class Selection {
  private chosen: readonly string[] = [];
  private readonly listeners = new Set<() => void>();

  /** The maximum that the API accepts. */
  static readonly MOST = 500;

  readonly subscribe = (changed: () => void) => {
    this.listeners.add(changed);
    return () => void this.listeners.delete(changed);
  };

  readonly all = () => this.chosen;

  has(id: string): boolean {
    return this.chosen.includes(id);
  }

  toggle(id: string): void {
    if (this.has(id)) this.set(this.chosen.filter((each) => each !== id));
    else if (this.chosen.length < Selection.MOST) this.set([...this.chosen, id]);
  }

  clear(): void {
    if (this.chosen.length > 0) this.set([]);
  }

  private set(chosen: readonly string[]): void {
    this.chosen = chosen;
    for (const listener of this.listeners) listener();
  }
}

/** The selection of the list shown; there is one at a time. */
export const selection = new Selection();

export function useSelected(): readonly string[] {
  return useSyncExternalStore(selection.subscribe, selection.all);
}

export function useIsSelected(id: string): boolean {
  return useSyncExternalStore(selection.subscribe, () => selection.has(id));
}
