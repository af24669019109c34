import { describe, expect, it } from "vitest";
import type { TaskEvent } from "../../client";
import { spansOf } from "./spans";

const at = (second: number) => new Date(second * 1000).toISOString();

function event(type: TaskEvent["type"], second: number, more: Partial<TaskEvent> = {}): TaskEvent {
  const keeps = type === "noted" || type === "cancel_requested";
  return {
    type,
    state: keeps ? "started" : type,
    attempt: 1,
    recorded_at: at(second),
    due_at: null,
    data: {},
    ...more,
  } as TaskEvent;
}

const shape = (events: TaskEvent[], now: number) =>
  spansOf(events, now * 1000).map((span) => [
    span.kind,
    span.attempt,
    span.from / 1000,
    span.to === null ? null : span.to / 1000,
  ]);

describe("spansOf", () => {
  it("queues, runs and ends", () => {
    const events = [
      event("registered", 0, { attempt: 0 }),
      event("started", 2),
      event("progress", 3),
      event("completed", 5),
    ];
    expect(shape(events, 9)).toEqual([
      ["queued", 1, 0, 2],
      ["running", 1, 2, 5],
    ]);
  });

  it("waits until it is due, then is queued for the next attempt", () => {
    const events = [event("started", 0), event("retrying", 1, { due_at: at(11) })];
    expect(shape(events, 5)).toEqual([
      ["running", 1, 0, 1],
      ["waiting", 2, 1, null],
    ]);
    expect(shape(events, 15)).toEqual([
      ["running", 1, 0, 1],
      ["waiting", 2, 1, 11],
      ["queued", 2, 11, null],
    ]);
    expect(shape([...events, event("started", 14, { attempt: 2 })], 15)).toEqual([
      ["running", 1, 0, 1],
      ["waiting", 2, 1, 11],
      ["queued", 2, 11, 14],
      ["running", 2, 14, null],
    ]);
  });

  it("shows an attempt that was lost with its worker", () => {
    const lost = event("retrying", 4, { data: { reason: "worker_lost" } });
    expect(shape([event("started", 0), lost], 5)).toEqual([
      ["lost", 1, 0, 4],
      ["queued", 2, 4, null],
    ]);
  });

  it("is not changed by what changes no state", () => {
    const events = [event("started", 0), event("noted", 1), event("cancel_requested", 2)];
    expect(shape(events, 5)).toEqual([["running", 1, 0, null]]);
  });

  it("begins in the middle of a task, too", () => {
    expect(shape([event("progress", 3, { attempt: 2 })], 5)).toEqual([["running", 2, 3, null]]);
  });
});
