import { afterEach, describe, expect, it, vi } from "vitest";
import { chooseZone } from "../zone";
import { withZone } from "./zoned";

describe("the zone of a query's dates", () => {
  afterEach(() => {
    chooseZone("local");
    vi.unstubAllEnvs();
  });

  it.each([
    ["created:2026-10-19", "created:2026-10-19+02:00"],
    ["x -ended:>=2026-12-19T14:30", "x -ended:>=2026-12-19T14:30+01:00"],
    ["due:2026-10-19,2026-12-19", "due:2026-10-19+02:00,2026-12-19+01:00"],
    ["after:2026-10-19T14:30Z before:1d", "after:2026-10-19T14:30Z before:1d"],
    ["created:2026-10-19+05:00", "created:2026-10-19+05:00"],
    ["name:2026-10-19 2026-10-19", "name:2026-10-19 2026-10-19"],
  ])("is written where it is missing: %s", (typed, sent) => {
    vi.stubEnv("TZ", "Europe/Berlin");
    expect(withZone(typed)).toBe(sent);
  });

  it("stays unwritten in UTC, which the language assumes", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    chooseZone("utc");
    expect(withZone("created:2026-10-19")).toBe("created:2026-10-19");
  });
});
