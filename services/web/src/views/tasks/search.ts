/** What the task list shows, as it stands in the address. */
import type { TaskStatus } from "../../client";
import { many, one } from "../../shell/search";
import { STATUSES } from "../../ui/Status";

export const SINCE = { "15m": 15 * 60, "1h": 3600, "24h": 86_400, "7d": 7 * 86_400 } as const;
export type Since = keyof typeof SINCE;

export interface TasksSearch {
  status?: TaskStatus[] | undefined;
  type?: string[] | undefined;
  q?: string | undefined;
  since?: Since | undefined;
  order?: "oldest" | undefined;
  /** The page that the list begins with. */
  cursor?: string | undefined;
  /** The row that the keyboard is on. */
  row?: string | undefined;
}

export function tasksSearch(search: Record<string, unknown>): TasksSearch {
  const status = many(search.status, STATUSES);
  const type = many(search.type);
  const since = one(search.since);
  return {
    status: status.length > 0 ? status : undefined,
    type: type.length > 0 ? type : undefined,
    q: one(search.q)?.slice(0, 300),
    since: since && since in SINCE ? (since as Since) : undefined,
    order: one(search.order) === "oldest" ? "oldest" : undefined,
    cursor: one(search.cursor),
    row: one(search.row),
  };
}

/** The part that says which tasks are wanted, without where in the list one is. */
export type Wanted = Pick<TasksSearch, "status" | "type" | "q" | "since" | "order">;

export function wantedOf(search: TasksSearch): Wanted {
  const { status, type, q, since, order } = search;
  return { status, type, q, since, order };
}

export function isFiltered(wanted: Wanted): boolean {
  return Boolean(wanted.status || wanted.type || wanted.q || wanted.since);
}

/** As the API takes it. */
export function queryOf(wanted: Wanted, now: number) {
  return {
    ...(wanted.status ? { status: wanted.status } : {}),
    ...(wanted.type ? { task_type: wanted.type } : {}),
    ...(wanted.q ? { q: wanted.q } : {}),
    ...(wanted.since ? { since: new Date(now - SINCE[wanted.since] * 1000).toISOString() } : {}),
    ...(wanted.order ? { order: wanted.order } : {}),
  };
}
