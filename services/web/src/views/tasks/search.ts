/** What the task list shows, as stored in the address. */
import { hasEnded, type TaskStatus } from "../../client";
import { keep, kept } from "../../shell/kept";
import { many, one, timeIn } from "../../shell/search";
import { STATUSES } from "../../ui/Status";

export const SINCE = { "15m": 15 * 60, "1h": 3600, "24h": 86_400, "7d": 7 * 86_400 } as const;
export type Since = keyof typeof SINCE;

/** The order; `newest` by default. */
export const ORDERS = {
  newest: "newest first",
  oldest: "oldest first",
  last_ended: "recently ended first",
  first_ended: "earliest ended first",
  longest: "longest first",
  shortest: "shortest first",
} as const;
export type Order = keyof typeof ORDERS;

/** The orders of one project's list and of the list of all projects. */
export function ordersOf(projectId: string | null): readonly Order[] {
  return projectId === null ? ["newest", "oldest"] : (Object.keys(ORDERS) as Order[]);
}

/** Whether a list in this order has only ended tasks. */
function isOfEnded(order: Order | undefined): boolean {
  return order !== undefined && order !== "newest" && order !== "oldest";
}

export const COLUMN_NAMES = [
  "attempt",
  "doing",
  "worker",
  "queue",
  "actor",
  "created",
  "updated",
  "ended",
  "took",
] as const;
export type ColumnName = (typeof COLUMN_NAMES)[number];
/** The list of all projects always has one more column, and so has a list of trees. */
export type ShownColumn = ColumnName | "project" | "tree";
export const DEFAULT_COLUMNS: readonly ColumnName[] = [
  "attempt",
  "doing",
  "worker",
  "created",
  "took",
];
const DEFAULT_COLUMNS_OF_TREES: readonly ColumnName[] = ["doing", "created", "took"];

export interface TasksSearch {
  status?: TaskStatus[] | undefined;
  type?: string[] | undefined;
  /** In the query language. */
  query?: string | undefined;
  since?: Since | undefined;
  order?: Exclude<Order, "newest"> | undefined;
  /** Whether trees are listed: first tasks only, each with the state of its tree. */
  trees?: "1" | undefined;
  /** The columns shown; the default ones if absent, `none` for none. */
  columns?: ColumnName[] | "none" | undefined;
  /** The page that the list begins with. */
  cursor?: string | undefined;
  /** The row that the keyboard is on. */
  row?: string | undefined;
  /** Whether that row's task is shown beside the list. */
  peek?: "1" | undefined;
  /** The list as it was at this time; the present if absent. */
  at?: string | undefined;
}

export function tasksSearch(search: Record<string, unknown>): TasksSearch {
  const status = many(search.status, STATUSES);
  const type = many(search.type);
  const since = one(search.since);
  return {
    status: status.length > 0 ? status : undefined,
    type: type.length > 0 ? type : undefined,
    query: one(search.query)?.slice(0, 1000),
    since: since && since in SINCE ? (since as Since) : undefined,
    order: orderOf(one(search.order)),
    trees: one(search.trees) === "1" ? "1" : undefined,
    columns: chosen(search.columns),
    cursor: one(search.cursor),
    row: one(search.row),
    peek: one(search.peek) === "1" ? "1" : undefined,
    at: timeIn(search.at),
  };
}

export function allTasksSearch(search: Record<string, unknown>): TasksSearch {
  const found = tasksSearch(search);
  return { ...found, order: found.order === "oldest" ? "oldest" : undefined };
}

function chosen(value: unknown): TasksSearch["columns"] {
  const names = many(value, COLUMN_NAMES);
  const columns = COLUMN_NAMES.filter((name) => names.includes(name));
  return columns.length > 0 ? columns : one(value) === "none" ? "none" : undefined;
}

const KEPT_AS = "columns";

/** The columns last chosen in this browser; undefined for the default ones. */
export function keptColumns(): TasksSearch["columns"] {
  return chosen(kept(KEPT_AS)?.split(","));
}

export function keepColumns(columns: TasksSearch["columns"]): void {
  keep(KEPT_AS, columns === undefined ? null : String(columns));
}

function orderOf(text: string | undefined): TasksSearch["order"] {
  const known = text !== undefined && text in ORDERS ? (text as Order) : "newest";
  return known === "newest" ? undefined : known;
}

const NO_COLUMNS: readonly ColumnName[] = [];

/** The columns of an address, or else the stored ones, in their fixed order. */
export function columnsOf(search: TasksSearch): readonly ColumnName[] {
  const columns = search.columns ?? keptColumns();
  const byDefault = search.trees ? DEFAULT_COLUMNS_OF_TREES : DEFAULT_COLUMNS;
  return columns === "none" ? NO_COLUMNS : (columns ?? byDefault);
}

/** The part that selects tasks, without the position in the list. */
export type Wanted = Pick<TasksSearch, "status" | "type" | "query" | "since" | "order" | "trees">;

export function wantedOf(search: TasksSearch): Wanted {
  const { status, type, query, since, order, trees } = search;
  return { status, type, query, since, order, trees };
}

/** The statuses that a list of this order and this filter can hold; undefined for all. */
export function statusesOf(wanted: Wanted): TaskStatus[] | undefined {
  if (!isOfEnded(wanted.order)) return wanted.status;
  return (wanted.status ?? STATUSES).filter(hasEnded);
}

export function isFiltered(wanted: Wanted): boolean {
  return Boolean(wanted.status || wanted.type || wanted.query || wanted.since);
}

/** As parameters of the API. */
export function queryOf(wanted: Wanted, now: number) {
  return {
    ...(wanted.status ? { status: wanted.status } : {}),
    ...(wanted.type ? { task_type: wanted.type } : {}),
    ...(wanted.query ? { query: wanted.query } : {}),
    ...(wanted.since ? { since: new Date(now - SINCE[wanted.since] * 1000).toISOString() } : {}),
    ...(wanted.order ? { order: wanted.order } : {}),
    ...(wanted.trees ? { trees: true } : {}),
  };
}
