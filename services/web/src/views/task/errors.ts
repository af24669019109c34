/** The errors of a task's attempts, grouped by type and message. */
import type { TaskEvent } from "../../client";
import { errorOf, reasonSays, type ToldError } from "./says";

export interface AttemptError extends ToldError {
  attempt: number;
  version: number;
}

export interface ErrorGroup {
  type: string;
  /** The newest message of the group. */
  message: string;
  errors: AttemptError[];
  /** How its first attempt differs from the attempt before; null for the task's first error. */
  before: AttemptError | null;
}

/** What makes two errors the same: their type, and their message without numbers and ids. */
export function fingerprint(error: ToldError): string {
  const words = error.message
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, "#")
    .replace(/0x[0-9a-f]+/gi, "#")
    .replace(/\d+(\.\d+)?/g, "#");
  return `${error.type}\n${words}`;
}

export function attemptErrors(events: readonly TaskEvent[]): AttemptError[] {
  return events
    .filter((event) => event.type === "retrying" || event.type === "failed")
    .flatMap((event) => {
      const reason = event.data.reason;
      const error =
        errorOf(event) ??
        (reason === "error" || reason === "cancelled"
          ? null
          : { type: String(reason), message: String(event.data.message ?? reasonSays(reason)) });
      return error ? [{ ...error, attempt: event.attempt, version: event.version }] : [];
    });
}

/** Groups in the order of their newest error, newest first. */
export function errorGroups(events: readonly TaskEvent[]): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>();
  let before: AttemptError | null = null;
  for (const error of attemptErrors(events)) {
    const key = fingerprint(error);
    const group = groups.get(key);
    if (group) {
      group.errors.push(error);
      group.message = error.message;
    } else {
      groups.set(key, { type: error.type, message: error.message, errors: [error], before });
    }
    before = error;
  }
  return [...groups.values()].sort(
    (a, b) => (b.errors.at(-1)?.version ?? 0) - (a.errors.at(-1)?.version ?? 0),
  );
}
