// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Task } from "../../../client";
import { Result } from "./Result";

const saying = (task_type: string, result: object) =>
  render(<Result task={{ task_type, result } as unknown as Task} />).container.textContent;

afterEach(cleanup);

describe("Result", () => {
  it("tells what was measured before from what is measured now", () => {
    expect(saying("ai_takeoff", { measurements_created: 0, already_measured: 15 })).toBe(
      "0 measured, 15 already measured",
    );
    const totals = { Slab: { already_measured: 1 }, Footings: { already_measured: 5 } };
    expect(saying("autonomous_ai_takeoff", { measurements_created: 2, totals })).toBe(
      "2 measured, 6 already measured",
    );
  });

  it("says what could not be told", () => {
    expect(saying("page_classification", {})).toBe("could not be classified");
  });
});
