import { describe, expect, it } from "vitest";
import type { TimelineEvent } from "../../client";
import { TimelineWindow } from "./window";

const events = (...seqs: number[]) => seqs.map((seq) => ({ seq }) as TimelineEvent);
const seqs = (all: readonly TimelineEvent[]) => all.map((event) => event.seq);

describe("TimelineWindow", () => {
  it("lets new events wait, once each, and shows them when it is told", () => {
    const first = new TimelineWindow(events(3, 2, 1), [], 3, null);
    const next = first.with(events(3, 4), 4).with(events(4, 5), 5);
    expect(seqs(next.events)).toEqual([3, 2, 1]);
    expect(seqs(next.waiting)).toEqual([5, 4]);
    expect(seqs(next.shown().events)).toEqual([5, 4, 3, 2, 1]);
  });

  it("goes on with older events without a double", () => {
    const window = new TimelineWindow(events(9, 8), [], 9, 8).older(events(8, 7, 6), 6);
    expect(seqs(window.events)).toEqual([9, 8, 7, 6]);
    expect(window.next).toBe(6);
  });

  it("keeps so many, and knows where the rest begins", () => {
    const many = Array.from({ length: 5000 }, (_, n) => 5000 - n);
    const window = new TimelineWindow(events(...many), [], 5000, null)
      .with(events(5001), 5001)
      .shown();
    expect(window.events.length).toBe(5000);
    expect(window.next).toBe(2);
  });
});
