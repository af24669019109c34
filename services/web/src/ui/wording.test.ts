import { describe, expect, it, vi } from "vitest";
import {
  ago,
  brief,
  className,
  countdown,
  counted,
  dated,
  duration,
  exact,
  isTaskId,
  moment,
  resultSays,
} from "./wording";
import { chooseZone } from "./zone";

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
    [125_000, "2 min"],
    [3_600_000, "1 h"],
    [172_800_000, "2 d"],
  ])("tells %d ms ago as %s", (ms, says) => expect(ago(ms)).toBe(says));

  it("tells the day of what was on another day, and the year of another year, with the zone", () => {
    vi.stubEnv("TZ", "Asia/Kolkata");
    const now = Date.parse("2026-11-24T06:00:00Z");
    expect(moment("2026-11-23T22:35:06.007Z", now)).toBe("04:05:06.007 UTC+5:30");
    expect(moment("2026-11-22T22:35:06.007Z", now)).toBe("11-23 04:05:06 UTC+5:30");
    expect(moment("2025-11-22T22:35:06.007Z", now)).toBe("2025-11-23 04:05 UTC+5:30");
    expect(brief("2026-11-23T22:35:06.007Z", now)).toBe("04:05:06 UTC+5:30");
    expect(brief("2026-11-22T22:35:06.007Z", now)).toBe("11-23 04:05 UTC+5:30");
    vi.unstubAllEnvs();
  });

  it("tells every time in UTC once that is chosen, and an exact one in the local zone too", () => {
    vi.stubEnv("TZ", "Asia/Kolkata");
    chooseZone("utc");
    const now = Date.parse("2026-11-24T06:00:00Z");
    const time = "2026-11-23T22:35:06.007Z";
    expect(moment(time, now)).toBe("11-23 22:35:06 UTC");
    expect(dated(time)).toBe("2026-11-23 22:35:06.007 UTC");
    expect(exact(time)).toBe("2026-11-23 22:35:06.007 UTC (2026-11-24 04:05:06.007 UTC+5:30)");
    chooseZone("local");
    vi.unstubAllEnvs();
  });

  it("tells an exact time with its year and zone, here and in UTC", () => {
    const time = "2026-11-23T04:05:06.007Z";
    vi.stubEnv("TZ", "UTC");
    expect(exact(time)).toBe("2026-11-23 04:05:06.007 UTC");
    vi.stubEnv("TZ", "Asia/Kolkata");
    expect(exact(time)).toBe("2026-11-23 09:35:06.007 UTC+5:30 (2026-11-23 04:05:06.007 UTC)");
    vi.stubEnv("TZ", "America/New_York");
    expect(exact(time)).toBe("2026-11-22 23:05:06.007 UTC−5 (2026-11-23 04:05:06.007 UTC)");
    vi.unstubAllEnvs();
  });

  it.each([
    [0, "0 pages"],
    [1, "1 page"],
    [10_000, "10,000 pages"],
  ])("counts %d as %s", (pages, says) => expect(counted(pages, "page")).toBe(says));

  it("names a class", () => {
    expect(className("takeoff.geometry.quantity.NotCalibrated")).toBe("NotCalibrated");
    expect(className("TimeoutError")).toBe("TimeoutError");
  });

  const id = "0199c0de-0000-7000-8000-000000000000";
  it.each([
    [{ page_id: id, text_length: 1491, title: "PLAN" }, "text length 1,491 · title PLAN"],
    [{ calibrated: false, scale: 37.49991, reasons: [] }, "not calibrated · scale 37.5"],
    [{ types: ["Doors", "Slab"], totals: { Doors: 1 }, of: [{}] }, "types Doors, Slab"],
    [{ page_id: id, providers: { local: {}, openai: {} } }, "providers local, openai"],
    [{ page_id: id }, `{"page_id":"${id}"}`],
    [[1, 2], "1, 2"],
    ["done", "done"],
    [12, "12"],
  ])("says what a result is: %j", (result, says) => expect(resultSays(result)).toBe(says));

  it("knows an id", () => {
    expect(isTaskId(" 0199C0DE-0000-7000-8000-000000000000 ")).toBe(true);
    expect(isTaskId("0199c0de")).toBe(false);
  });
});
