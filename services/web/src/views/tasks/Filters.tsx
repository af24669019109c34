import type { TaskStatus } from "../../client";
import { QueryBar } from "../../ui/query/QueryBar";
import { STATUSES, Status } from "../../ui/Status";
import { number } from "../../ui/wording";
import { isFiltered, ORDERS, type Order, SINCE, type Since, type Wanted } from "./search";

const SINCE_SAYS: Record<Since, string> = {
  "15m": "last 15 minutes",
  "1h": "last hour",
  "24h": "last 24 hours",
  "7d": "last 7 days",
};

export function Filters(props: {
  projectId: string | null;
  wanted: Wanted;
  problem: unknown;
  counts: Partial<Record<TaskStatus, number>> | undefined;
  onChange: (wanted: Wanted) => void;
  onOpen: (taskId: string) => void;
}) {
  const { wanted, counts, onChange } = props;
  const chosen = wanted.status ?? [];
  const toggle = (status: TaskStatus) => {
    const next = chosen.includes(status)
      ? chosen.filter((each) => each !== status)
      : [...chosen, status];
    onChange({ ...wanted, status: next.length > 0 ? next : undefined });
  };
  return (
    <div className="flex flex-wrap items-center gap-2 px-3 pt-2 pb-1 sm:px-4">
      <fieldset className="flex flex-wrap gap-1">
        <legend className="sr-only">Status</legend>
        {STATUSES.map((status) => (
          <button
            key={status}
            type="button"
            className="button px-2"
            aria-pressed={chosen.includes(status)}
            onClick={() => toggle(status)}
          >
            <Status status={status} />
            <span data-count={status} className="min-w-4 text-right">
              {counts ? number(counts[status] ?? 0) : "–"}
            </span>
          </button>
        ))}
      </fieldset>
      <QueryBar
        of="tasks"
        projectId={props.projectId}
        label="Search tasks, or paste a task ID to open it"
        placeholder="Search, as in: scale error:~bar type:ocr* longer:5m"
        problem={props.problem}
        query={wanted.query ?? ""}
        onQuery={(query) => onChange({ ...wanted, query: query || undefined })}
        onOpen={props.onOpen}
      />
    </div>
  );
}

/** As stored in the address: absent for a list's default order. */
export function wantedOrder(order: Order): Wanted["order"] {
  return order === "newest" ? undefined : order;
}

/** The list's filters besides status and text. */
export function Narrowing({
  wanted,
  orders,
  onChange,
}: {
  wanted: Wanted;
  /** None for a list of an earlier time, which is of tasks, the newest first. */
  orders: readonly Order[];
  onChange: (wanted: Wanted) => void;
}) {
  return (
    <>
      {orders.length > 0 && (
        <fieldset className="flex gap-1">
          <legend className="sr-only">List</legend>
          <button
            type="button"
            className="button text-xs"
            aria-pressed={!wanted.trees}
            onClick={() => onChange({ ...wanted, trees: undefined })}
          >
            Tasks
          </button>
          <button
            type="button"
            className="button text-xs"
            aria-pressed={Boolean(wanted.trees)}
            title="First tasks only, each with the state of the tasks below it in its project"
            onClick={() => onChange({ ...wanted, trees: "1" })}
          >
            Trees
          </button>
        </fieldset>
      )}
      <select
        aria-label="Created"
        className="field text-xs"
        value={wanted.since ?? ""}
        onChange={(event) =>
          onChange({ ...wanted, since: (event.target.value || undefined) as Since | undefined })
        }
      >
        <option value="">any time</option>
        {(Object.keys(SINCE) as Since[]).map((since) => (
          <option key={since} value={since}>
            {SINCE_SAYS[since]}
          </option>
        ))}
      </select>
      {orders.length > 0 && (
        <select
          aria-label="Order"
          className="field text-xs"
          value={wanted.order ?? "newest"}
          onChange={(event) =>
            onChange({ ...wanted, order: wantedOrder(event.target.value as Order) })
          }
        >
          {orders.map((order) => (
            <option key={order} value={order}>
              {ORDERS[order]}
            </option>
          ))}
        </select>
      )}
      {wanted.type?.map((type) => (
        <button
          key={type}
          type="button"
          className="button text-xs"
          aria-label={`Remove filter: type ${type}`}
          onClick={() => {
            const rest = wanted.type?.filter((each) => each !== type) ?? [];
            onChange({ ...wanted, type: rest.length > 0 ? rest : undefined });
          }}
        >
          {type} <span aria-hidden="true">×</span>
        </button>
      ))}
      {isFiltered(wanted) && (
        <button
          type="button"
          className="button text-xs"
          onClick={() => onChange({ order: wanted.order, trees: wanted.trees })}
        >
          Clear filters
        </button>
      )}
    </>
  );
}
