/** The part of a timeline that is shown, and the newer events waiting above it. */
import type { TimelineEvent } from "../../client";

const KEPT = 5000;

export class TimelineWindow {
  /** Newest first. */
  readonly events: readonly TimelineEvent[];
  /** Newest first; newer than all of `events`. */
  readonly waiting: readonly TimelineEvent[];
  /** Every matching event up to this number is in here, shown or waiting. */
  readonly top: number;
  /** The cursor of older events; null when there are none. */
  readonly next: number | null;

  constructor(
    events: readonly TimelineEvent[],
    waiting: readonly TimelineEvent[],
    top: number,
    next: number | null,
  ) {
    this.events = events;
    this.waiting = waiting;
    this.top = top;
    this.next = next;
  }

  /** Adds newer events, oldest first; known ones are dropped. */
  with(events: readonly TimelineEvent[], top: number): TimelineWindow {
    const fresh = events.filter((event) => event.seq > this.top).reverse();
    const reached = Math.max(top, this.top, fresh[0]?.seq ?? 0);
    if (fresh.length === 0 && reached === this.top) return this;
    return new TimelineWindow(this.events, [...fresh, ...this.waiting], reached, this.next);
  }

  /** Adds older events at the end, newest first. */
  older(events: readonly TimelineEvent[], next: number | null): TimelineWindow {
    const last = this.events.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
    const fresh = events.filter((event) => event.seq < last);
    return new TimelineWindow([...this.events, ...fresh], this.waiting, this.top, next);
  }

  /** Shows the waiting events. Keeps a limited number; the rest are requested again when needed. */
  shown(): TimelineWindow {
    if (this.waiting.length === 0) return this;
    const events = [...this.waiting, ...this.events];
    const cut = events.length > KEPT;
    const kept = cut ? events.slice(0, KEPT) : events;
    return new TimelineWindow(kept, [], this.top, cut ? (kept.at(-1)?.seq ?? null) : this.next);
  }
}
