/** What a task was doing and when, derived from its events; each event gives the state after it. */
import type { TaskEvent } from "../../client";

/** queued: may be taken · waiting: not before it is due · running: a worker has it · lost: it ran
 * on a worker that died. */
export type SpanKind = "queued" | "waiting" | "running" | "lost";

export interface Span {
  kind: SpanKind;
  /** The attempt that waited or ran. */
  attempt: number;
  from: number;
  /** Null while it goes on. */
  to: number | null;
  /** When the countdown ends; only for waiting spans. */
  due: number | null;
}

type Event = Pick<TaskEvent, "type" | "state" | "attempt" | "recorded_at" | "due_at" | "data">;

/**
 * The spans of one task.
 *
 * @param events its events in order, starting at any of them.
 * @param now in ms by the server's clock; a task due by then is no longer waiting.
 */
export function spansOf(events: readonly Event[], now: number): Span[] {
  const spans: Span[] = [];
  let open: Span | undefined;
  const close = (at: number) => {
    if (open) open.to = at;
    open = undefined;
  };
  const begin = (span: Span) => {
    open = span;
    spans.push(span);
  };
  for (const event of events) {
    const at = Date.parse(event.recorded_at);
    if (event.type === "noted" || event.type === "cancel_requested") continue;
    if (event.type === "progress" && open?.kind === "running") continue;
    if (open?.kind === "running" && event.data.reason === "worker_lost") open.kind = "lost";
    if (open?.kind === "waiting" && open.due !== null && open.due < at) {
      const { attempt, due } = open;
      close(due);
      begin({ kind: "queued", attempt, from: due, to: null, due: null });
    }
    close(at);
    const due = event.due_at === null ? null : Date.parse(event.due_at);
    if (event.state === "registered" || event.state === "retrying") {
      const attempt = event.attempt + 1;
      const waits = due !== null && due > at;
      begin({
        kind: waits ? "waiting" : "queued",
        attempt,
        from: at,
        to: null,
        due: waits ? due : null,
      });
    } else if (event.state === "started" || event.state === "progress") {
      begin({ kind: "running", attempt: event.attempt, from: at, to: null, due: null });
    }
  }
  if (open?.kind === "waiting" && open.due !== null && open.due < now) {
    const { attempt, due } = open;
    close(due);
    begin({ kind: "queued", attempt, from: due, to: null, due: null });
  }
  return spans.filter((span) => span.to === null || span.to > span.from || span.kind !== "queued");
}
