/** What differs between two records, field by field. */
import type { Task } from "../../client";
import { dated } from "../../ui/wording";

export interface Change {
  field: string;
  before: string;
  after: string;
}

const UNSHOWN = new Set([
  "version",
  "digest",
  "updated_at",
  "settled",
  "task_id",
  "project_id",
  "waiting",
]);

/** A value as text: structures as JSON, an absent value as a dash. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What each field is called, in the order of a record. */
export const WORDS: Readonly<Record<string, string>> = {
  status: "Status",
  state: "State in the log",
  attempt: "Attempt",
  max_attempts: "Maximum attempts",
  "progress.percent": "Progress in %",
  "progress.step": "Step",
  "progress.detail": "Step detail",
  "progress.current": "Step progress",
  "progress.total": "Step total",
  worker: "Worker",
  queue: "Queue",
  "retry.due_at": "Next attempt due",
  "retry.countdown_s": "Countdown in s",
  "retry.reason": "Retry reason",
  "error.type": "Error",
  "error.message": "Error message",
  "error.place": "Error place",
  "error.traceback_sha256": "Traceback hash",
  failure_reason: "Failure reason",
  fingerprint: "Failure fingerprint",
  result: "Result",
  cancel_requested: "Cancel requested",
  cancel_requested_by: "Cancel requested by",
  created_at: "Registered",
  started_at: "First started",
  attempt_started_at: "Attempt started",
  completed_at: "Ended",
  duration_ms: "Duration in ms",
  due_at: "Not before",
  expires_at: "Expires",
  task_name: "Name",
  task_type: "Type",
  actor: "Requested by",
  entity: "Entity",
  metadata: "Metadata",
  parent_id: "Parent",
  root_id: "Root",
  group_id: "Group",
  waits_for: "Waits for",
  rerun_of: "Rerun of",
  trace_id: "Trace",
  notes: "Notes",
};

/** A field's name in words. */
export function nameOf(field: string): string {
  return WORDS[field] ?? field.replaceAll(/[._]/g, " ");
}

const TIME = /^\d{4}-\d\d-\d\dT/;

/** A value for people: a time with its zone, other things as they are. */
export function told(value: unknown): string {
  if (typeof value === "string" && TIME.test(value)) return dated(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value) && value.length === 0) return "—";
  return shown(value);
}

/** All fields of a record, those that are known always and in the same order, so that none moves. */
export function rowsOf(task: Task): [field: string, value: unknown][] {
  const fields = fieldsOf(task);
  const names = new Set([...Object.keys(WORDS), ...fields.keys()]);
  return [...names].map((field) => [field, fields.get(field)]);
}

const ONE_BY_ONE = new Set(["progress", "retry", "error"]);

/** The record's fields by name, those of `progress`, `retry` and `error` one by one. */
export function fieldsOf(task: Task): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(task)) {
    if (UNSHOWN.has(name)) continue;
    if (ONE_BY_ONE.has(name)) {
      for (const [inner, each] of Object.entries(value ?? {})) fields.set(`${name}.${inner}`, each);
    } else fields.set(name, value);
  }
  return fields;
}

export function changesBetween(before: Task | null, after: Task): Change[] {
  const old = before ? fieldsOf(before) : new Map<string, unknown>();
  const fields = fieldsOf(after);
  const changes: Change[] = [];
  for (const field of new Set([...old.keys(), ...fields.keys()])) {
    const was = told(old.get(field));
    const is = told(fields.get(field));
    if (was !== is) changes.push({ field, before: was, after: is });
  }
  return changes;
}
