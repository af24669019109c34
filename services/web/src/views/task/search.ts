import { one, whole } from "../../shell/search";

export interface TaskSearch {
  /** Replay: the task as of this version. */
  version?: number | undefined;
  /** Draw only the past, without the rest of a countdown. */
  zoom?: "past" | undefined;
}

export function taskSearch(search: Record<string, unknown>): TaskSearch {
  return { version: whole(search.version), zoom: one(search.zoom) === "past" ? "past" : undefined };
}
