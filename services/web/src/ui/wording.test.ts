import { describe, expect, it } from "vitest";
import { ago, countdown, duration, isTaskId } from "./wording";

describe("wording", () => {
  it.each([
    [0, "0:00"],
    [-5000, "0:00"],
    [41_001, "0:42"],
    [245_000, "4:05"],
    [7_445_000, "2:04:05"],
  ])("counts %d ms down as %s", (ms, says) => expect(countdown(ms)).toBe(says));

  it.each([
    [12, "12 ms"],
    [850, "0.8 s"],
    [59_900, "59.9 s"],
    [245_900, "4:05"],
  ])("tells %d ms as %s", (ms, says) => expect(duration(ms)).toBe(says));

  it.each([
    [-3000, "0 s"],
    [59_999, "59 s"],
    [3_600_000, "1 h"],
    [172_800_000, "2 d"],
  ])("tells %d ms ago as %s", (ms, says) => expect(ago(ms)).toBe(says));

  it("knows an id", () => {
    expect(isTaskId(" 0199C0DE-0000-7000-8000-000000000000 ")).toBe(true);
    expect(isTaskId("0199c0de")).toBe(false);
  });
});
