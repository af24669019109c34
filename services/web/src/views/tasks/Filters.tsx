import { useEffect, useRef, useState } from "react";
import type { TaskStatus } from "../../client";
import { STATUSES, Status } from "../../ui/Status";
import { isTaskId, number } from "../../ui/wording";
import { isFiltered, SINCE, type Since, type Wanted } from "./search";

const SINCE_SAYS: Record<Since, string> = {
  "15m": "last 15 minutes",
  "1h": "last hour",
  "24h": "last 24 hours",
  "7d": "last 7 days",
};

export function Filters(props: {
  wanted: Wanted;
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
      <Search
        text={wanted.q ?? ""}
        onText={(q) => onChange({ ...wanted, q: q === "" ? undefined : q })}
        onOpen={props.onOpen}
      />
    </div>
  );
}

/** What narrows the list besides status and text. */
export function Narrowing({
  wanted,
  onChange,
}: {
  wanted: Wanted;
  onChange: (wanted: Wanted) => void;
}) {
  return (
    <>
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
      <select
        aria-label="Order"
        className="field text-xs"
        value={wanted.order ?? "newest"}
        onChange={(event) =>
          onChange({ ...wanted, order: event.target.value === "oldest" ? "oldest" : undefined })
        }
      >
        <option value="newest">newest first</option>
        <option value="oldest">oldest first</option>
      </select>
      {wanted.type?.map((type) => (
        <button
          key={type}
          type="button"
          className="button text-xs"
          aria-label={`Type ${type}: remove this filter`}
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
          onClick={() => onChange({ order: wanted.order })}
        >
          Clear filters
        </button>
      )}
    </>
  );
}

const PAUSE_MS = 300;

function Search(props: {
  text: string;
  onText: (text: string) => void;
  onOpen: (taskId: string) => void;
}) {
  const [text, setText] = useState(props.text);
  const timer = useRef(0);
  useEffect(() => setText(props.text), [props.text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const apply = (next: string) => {
    clearTimeout(timer.current);
    if (isTaskId(next)) props.onOpen(next.trim().toLowerCase());
    else if (next.trim() !== props.text) props.onText(next.trim());
  };
  return (
    <form
      role="search"
      className="min-w-40 flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        apply(text);
      }}
    >
      <input
        data-search
        type="search"
        aria-label="Search tasks, or paste an id to open it"
        placeholder="Search, or paste an id"
        className="field w-full"
        maxLength={300}
        value={text}
        onChange={(event) => {
          const next = event.target.value;
          setText(next);
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => apply(next), PAUSE_MS);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          setText("");
          apply("");
          event.currentTarget.blur();
        }}
      />
    </form>
  );
}
