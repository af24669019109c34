/** Values stored in this browser. If storage is disabled, they last as long as the page. */

const page = new Map<string, string>();

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`task-ledger-${name}`);
  } catch {
    return page.get(name) ?? null;
  }
}

/** Stores a text under a name; null removes it. */
export function keep(name: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(`task-ledger-${name}`);
    else localStorage.setItem(`task-ledger-${name}`, text);
  } catch {
    if (text === null) page.delete(name);
    else page.set(name, text);
  }
}
