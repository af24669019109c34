/** The ticks of an axis of time, and their words. */
import type { ScaleTime } from "d3-scale";
import { clock, day } from "../../ui/wording";

const DIGIT_PX = 7;
const GAP_PX = 24;
const DAY_MS = 86_400_000;

export interface Tick {
  at: Date;
  text: string;
}

/** The maximum number of ticks that fit beside each other. */
export function legible(scale: ScaleTime<number, number>, most: number, now: number): Tick[] {
  const [from, to] = scale.domain() as [Date, Date];
  const stretch = to.getTime() - from.getTime();
  for (let count = Math.max(most, 2); ; count -= 1) {
    const ticks = labelled(scale.ticks(count), stretch, now);
    const fits = ticks.every((tick, nth) => {
      const next = ticks[nth + 1];
      if (next === undefined) return true;
      const room = ((tick.text.length + next.text.length) / 2) * DIGIT_PX + GAP_PX;
      return scale(next.at) - scale(tick.at) >= room;
    });
    if (count <= 2 || fits) return ticks;
  }
}

/**
 * Words as precise as the stretch of time needs, in the chosen zone. The day stands at the first
 * tick of each day, unless all are of today; the year where it is not this one.
 */
export function labelled(ticks: readonly Date[], stretch: number, now: number): Tick[] {
  const [first, second] = ticks;
  const step = first && second ? second.getTime() - first.getTime() : stretch;
  const today = day(new Date(now));
  const named = ticks.some((tick) => day(tick) !== today);
  let before = "";
  return ticks.map((at) => {
    const date = day(at);
    const of = date.slice(0, 4) === today.slice(0, 4) ? date.slice(5) : date;
    const fresh = named && date !== before;
    before = date;
    if (stretch > 3 * DAY_MS) return { at, text: of };
    const time = timeOf(at, stretch, step);
    return { at, text: fresh ? `${of} ${time}` : time };
  });
}

function timeOf(at: Date, stretch: number, step: number): string {
  const time = clock(at);
  if (stretch > 10 * 60_000) return time.slice(0, 5);
  return step >= 1_000 ? time.slice(0, 8) : time;
}
