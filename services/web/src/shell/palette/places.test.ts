import { afterEach, expect, it, vi } from "vitest";
import { choicesFor } from "./places";

afterEach(() => vi.unstubAllEnvs());

it("reads the dates of a search in the chosen zone", () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  const navigate = vi.fn();
  const known = { projectId: null, projects: [], added: [], saved: [], administers: false };
  choicesFor("A-101 after:2026-10-19", { ...known, navigate })
    .at(-1)
    ?.act();
  expect(navigate).toHaveBeenCalledWith({
    to: "/tasks",
    search: { query: "A-101 after:2026-10-19+02:00" },
  });
});
