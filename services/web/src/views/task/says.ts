/** An event's content in one line. */
import type { TaskEvent } from "../../client";
import { className, duration, moment, resultSays, short } from "../../ui/wording";

export const NOTES: Record<string, string> = {
  duplicate_delivery_refused: "duplicate delivery refused",
  late_write_refused: "late write refused",
  comment: "comment",
  run_again: "run again",
};

/** Why the ledger refused a worker's write. */
const OUTCOMES: Record<string, string> = {
  fenced: "another delivery had taken the attempt",
  illegal: "the task had ended",
  not_due: "its countdown had not ended",
  cancelled: "the task was being cancelled",
};

const REASONS: Record<string, string> = {
  worker_lost: "worker lost",
  shortage: "the database was out of resources",
  timeout: "time limit",
  cancelled: "cancelled",
  expired: "expired before a worker took it",
  undeliverable: "its message could not be delivered or run",
  upstream: "a task it waits for failed",
  bad_result: "its result cannot be stored",
  altered: "its message was altered on the way",
};

export function reasonSays(reason: unknown): string {
  return REASONS[String(reason)] ?? String(reason);
}

export interface ToldError {
  type: string;
  message: string;
}

/** The error that an event carries. */
export function errorOf(event: Pick<TaskEvent, "data">): ToldError | null {
  const error = event.data.error as Partial<ToldError> | null | undefined;
  if (typeof error !== "object" || error === null) return null;
  return { type: String(error.type), message: String(error.message) };
}

type Told = Pick<TaskEvent, "type" | "data" | "attempt" | "max_attempts"> &
  Partial<Pick<TaskEvent, "due_at" | "erased">>;

export function says(event: Told): string {
  const left = tells(event);
  return event.erased ? [left, "private data erased"].filter(Boolean).join(" · ") : left;
}

function tells(event: Told): string {
  const { data } = event;
  const error = errorOf(event);
  const told = error ? `${className(error.type)}: ${error.message}` : "";
  const of = `attempt ${event.attempt} of ${event.max_attempts ?? "any number"}`;
  switch (event.type) {
    case "registered":
      return [data.name, data.task_type, event.due_at && `due ${moment(event.due_at)}`]
        .filter(Boolean)
        .join(" · ");
    case "started":
      return `${of} on ${data.worker}, pid ${data.pid}${data.redelivered ? ", redelivered" : ""}`;
    case "progress":
      return [
        `${Math.round(Number(data.percent))}% ${data.step}`,
        data.total != null ? `${data.current ?? "?"}/${data.total}` : "",
        data.detail ?? "",
      ]
        .filter(Boolean)
        .join(" · ");
    case "retrying":
      return [
        data.reason === "error" ? told : `${reasonSays(data.reason)}${told && ` · ${told}`}`,
        Number(data.countdown_s) > 0
          ? `next attempt in ${duration(Number(data.countdown_s) * 1000)}`
          : "next attempt now",
      ].join(" · ");
    case "completed":
      if (data.result != null) return resultSays(data.result);
      return event.erased ? "" : "no result";
    case "failed":
      return data.reason === "error"
        ? told
        : [reasonSays(data.reason), data.message, told].filter(Boolean).join(" · ");
    case "cancel_requested":
      if (data.reason) return `reason: ${data.reason}`;
      return event.erased ? "" : "no reason given";
    case "retry_requested":
      return ["countdown ended", data.reason ? `reason: ${data.reason}` : ""]
        .filter(Boolean)
        .join(" · ");
    case "noted":
      return [
        NOTES[String(data.kind)] ?? String(data.kind),
        data.task_id ? `as ${short(String(data.task_id))}` : "",
        data.kind === "comment" || data.kind === "run_again"
          ? data.message
          : (OUTCOMES[String(data.message)] ?? data.message),
        data.worker,
      ]
        .filter(Boolean)
        .join(" · ");
  }
}
