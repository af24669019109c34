import type { TaskEvent, TimelineEvent } from "../../client";
import { type Span, spansOf } from "./spans";

export interface Mark {
  at: number;
  type: TaskEvent["type"];
  /** What a click on it opens. */
  key: string;
  title: string;
}

export interface Lane {
  key: string;
  label: string;
  title: string;
  spans: Span[];
  marks: Mark[];
}

/** One lane for each attempt of a task. */
export function attemptLanes(events: readonly TaskEvent[], now: number): Lane[] {
  const lanes = new Map<number, Lane>();
  const lane = (attempt: number) => {
    const known = lanes.get(attempt);
    if (known) return known;
    const made: Lane = {
      key: String(attempt),
      label: `Attempt ${attempt}`,
      title: `Attempt ${attempt}`,
      spans: [],
      marks: [],
    };
    lanes.set(attempt, made);
    return made;
  };
  for (const span of spansOf(events, now)) lane(span.attempt).spans.push(span);
  for (const event of events) {
    lane(Math.max(event.attempt, 1)).marks.push({
      at: Date.parse(event.recorded_at),
      type: event.type,
      key: String(event.version),
      title: `${event.version} ${event.type}`,
    });
  }
  return [...lanes.values()].sort((a, b) => Number(a.key) - Number(b.key));
}

/** One lane for each task, those with the newest events first. */
export function taskLanes(events: readonly TimelineEvent[], now: number, atMost: number): Lane[] {
  const byTask = new Map<string, TimelineEvent[]>();
  for (const event of events) {
    const known = byTask.get(event.task_id);
    if (known) known.push(event);
    else byTask.set(event.task_id, [event]);
  }
  return [...byTask.entries()]
    .sort(([, a], [, b]) => (b.at(-1)?.seq ?? 0) - (a.at(-1)?.seq ?? 0))
    .slice(0, atMost)
    .map(([taskId, of]) => ({
      key: taskId,
      label: of[0]?.task_name ?? taskId,
      title: `${of[0]?.task_name ?? "task whose events cannot be folded"} ${taskId}`,
      spans: spansOf(of, now),
      marks: of.map((event) => ({
        at: Date.parse(event.recorded_at),
        type: event.type,
        key: String(event.seq),
        title: `${event.seq} ${event.type}`,
      })),
    }));
}
