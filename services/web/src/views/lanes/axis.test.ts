import { scaleTime } from "d3-scale";
import { describe, expect, it } from "vitest";
import { labelled, legible } from "./axis";

const NOON = new Date(2026, 10, 24, 12);
const at = (hour: number, minute = 0, second = 0) => new Date(2026, 10, 24, hour, minute, second);
const texts = (ticks: Date[], stretch: number, now = NOON) =>
  labelled(ticks, stretch, now.getTime()).map(({ text }) => text);

describe("the axis of time", () => {
  it("has times alone while all of it is of today", () => {
    expect(texts([at(10), at(11)], 2 * 3_600_000)).toEqual(["10:00", "11:00"]);
  });

  it("names the day where it begins with another one, and where it crosses midnight", () => {
    expect(texts([at(-1), at(0), at(1)], 3 * 3_600_000)).toEqual([
      "11-23 23:00",
      "11-24 00:00",
      "01:00",
    ]);
  });

  it("names the year of what is of another year", () => {
    const next = new Date(2027, 0, 2);
    expect(texts([at(10), at(11)], 2 * 3_600_000, next)).toEqual(["2026-11-24 10:00", "11:00"]);
    expect(texts([at(0), at(24)], 9 * 86_400_000, next)).toEqual(["2026-11-24", "2026-11-25"]);
  });

  it("is as precise as its steps", () => {
    expect(texts([at(10, 0, 0), at(10, 0, 30)], 60_000)).toEqual(["10:00:00", "10:00:30"]);
    const halves = [at(10), new Date(at(10).getTime() + 500)];
    expect(texts(halves, 1_000)).toEqual(["10:00:00.000", "10:00:00.500"]);
  });

  it("has fewer ticks where their words would touch", () => {
    const domain = [at(-3), at(3)];
    const narrow = legible(scaleTime(domain, [0, 320]), 6, NOON.getTime());
    const wide = legible(scaleTime(domain, [0, 1200]), 6, NOON.getTime());
    expect(narrow.length).toBeLessThan(wide.length);
  });
});
