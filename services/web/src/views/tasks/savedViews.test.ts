import { describe, expect, it } from "vitest";
import type { SavedView } from "../../client";
import { NAME, searchOf, viewOf } from "./savedViews";

const SAVED = { name: "a", saved_by: "anna", saved_at: "2026-11-24T09:30:00Z" };

describe("a saved view", () => {
  it("has the list's buttons as terms of its query", () => {
    const view = viewOf(
      {
        query: "error:~scale",
        status: ["FAILURE", "RETRY"],
        type: ['read "all"', "ocr"],
        since: "24h",
        order: "longest",
      },
      ["queue", "took"],
    );
    expect(view).toEqual({
      query: 'error:~scale status:FAILURE,RETRY type:"read \\"all\\"","ocr" after:24h',
      order: "longest",
      columns: ["queue", "took"],
    });
  });

  it.each([
    [undefined, null, undefined],
    ["none" as const, [], "none"],
    [["queue"] as "queue"[], ["queue"], ["queue"]],
  ])("keeps the columns %s", (shown, columns, again) => {
    const view = viewOf({}, shown);
    expect(view).toEqual({ query: "", order: "newest", columns });
    const saved = { ...SAVED, ...view } as SavedView;
    expect(searchOf(saved)).toEqual({ query: undefined, order: undefined, columns: again });
  });

  it("leaves out columns that this page does not know", () => {
    const saved = { ...SAVED, query: "", order: "newest", columns: ["cost", "ended"] } as SavedView;
    expect(searchOf(saved).columns).toEqual(["ended"]);
  });
});

it("is not saved under a name that an address cannot have", () => {
  const valid = new RegExp(`^(?:${NAME})$`, "v");
  for (const name of [".", "..", " .. ", "a/b", "/"]) expect(valid.test(name)).toBe(false);
  for (const name of ["...", ".a", "a b", "100 %"]) expect(valid.test(name)).toBe(true);
});
