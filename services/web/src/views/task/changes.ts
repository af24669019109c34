/** What differs between two records, field by field. */
import type { Task } from "../../client";

export interface Change {
  field: string;
  before: string;
  after: string;
}

const UNSHOWN = new Set(["version", "digest", "updated_at", "settled", "task_id", "project_id"]);

/** A value as text: structures as JSON, an absent value as a dash. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
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
    const was = shown(old.get(field));
    const is = shown(fields.get(field));
    if (was !== is) changes.push({ field, before: was, after: is });
  }
  return changes;
}
