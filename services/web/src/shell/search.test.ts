import { describe, expect, it } from "vitest";
import { tasksSearch } from "../views/tasks/search";
import { parseSearch, stringifySearch, whole } from "./search";

describe("the address", () => {
  it("comes back as it was written", () => {
    const search = { status: ["RETRY", "FAILURE"], q: "a & b=ü", since: "1h" };
    expect(parseSearch(stringifySearch(search))).toEqual(search);
  });

  it("leaves out what is not set", () => {
    expect(stringifySearch({ q: undefined, status: [] })).toBe("");
  });

  it("drops what makes no sense", () => {
    expect(tasksSearch(parseSearch("?status=NO&status=RETRY&since=5y&order=up"))).toMatchObject({
      status: ["RETRY"],
      since: undefined,
      order: undefined,
    });
    expect([whole("0"), whole("-1"), whole("1e3"), whole("12")]).toEqual([
      undefined,
      undefined,
      undefined,
      12,
    ]);
  });
});
