import { describe, expect, it } from "vitest";
import type { Task, TaskEvent } from "../../client";
import { changesBetween } from "./changes";
import { errorGroups } from "./errors";
import { says } from "./says";
import { madeAt } from "./Unknown";

function failing(version: number, attempt: number, type: string, message: string): TaskEvent {
  return {
    type: "retrying",
    version,
    attempt,
    data: { reason: "error", error: { type, message }, countdown_s: 1 },
  } as unknown as TaskEvent;
}

describe("errorGroups", () => {
  it("takes errors together that differ in numbers and ids only", () => {
    const groups = errorGroups([
      failing(3, 1, "Timeout", "nothing for 30.0 s from 0199c0de-0000-7000-8000-000000000000"),
      failing(5, 2, "Timeout", "nothing for 31.5 s from 0199c0de-0000-7000-8000-00000000ffff"),
      failing(7, 3, "RateLimited", "slow down"),
    ]);
    expect(groups.map((group) => [group.type, group.errors.map((error) => error.attempt)])).toEqual(
      [
        ["RateLimited", [3]],
        ["Timeout", [1, 2]],
      ],
    );
    expect(groups[0]?.before?.attempt).toBe(2);
    expect(groups[1]?.before).toBeNull();
  });
});

describe("changesBetween", () => {
  it("names each field that an event has changed, also inside progress and retry", () => {
    const before = { status: "PROGRESS", progress: { percent: 40 }, retry: null, version: 3 };
    const after = {
      status: "RETRY",
      progress: { percent: 40 },
      retry: { reason: "error" },
      version: 4,
    };
    expect(changesBetween(before as unknown as Task, after as unknown as Task)).toEqual([
      { field: "status", before: "PROGRESS", after: "RETRY" },
      { field: "retry.reason", before: "—", after: "error" },
    ]);
  });
});

describe("says", () => {
  it("tells when a task is due", () => {
    const event = { type: "registered", data: { name: "Export", task_type: "export" } };
    expect(says(event as unknown as TaskEvent)).toBe("Export · export");
    const due_at = "2026-01-02T03:04:05Z";
    expect(says({ ...event, due_at } as unknown as TaskEvent)).toMatch(
      /^Export · export · due (\d{4}-)?01-0\d \d\d:\d\d/,
    );
  });

  it("tells that a lost attempt runs again", () => {
    const event = { type: "retrying", data: { reason: "worker_lost", countdown_s: 2 } };
    expect(says(event as unknown as TaskEvent)).toBe("worker lost · next attempt in 2.0 s");
  });
});

describe("madeAt", () => {
  it("reads the time of a UUIDv7 and of no other id", () => {
    expect(madeAt("018df123-4567-7000-8000-000000000000")?.getUTCFullYear()).toBe(2024);
    expect(madeAt("018df123-4567-4000-8000-000000000000")).toBeNull();
  });
});
