import { whole } from "../../shell/search";

export interface TaskSearch {
  /** Replay: the task as of this version. */
  version?: number | undefined;
}

export function taskSearch(search: Record<string, unknown>): TaskSearch {
  return { version: whole(search.version) };
}
