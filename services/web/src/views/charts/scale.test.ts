import { expect, test } from "vitest";
import { scaleEnd } from "./scale";

test.each([
  [0, 1],
  [0.03, 0.03],
  [1, 1],
  [7, 8],
  [10, 10],
  [205, 300],
  [4301, 5000],
])("a scale for %s ends at %s", (most, end) => {
  expect(scaleEnd(most, false)).toBeCloseTo(end);
});

test.each([
  [0, 2],
  [1, 2],
  [3, 4],
  [9, 10],
  [10, 10],
])("a scale of whole numbers for %s ends at %s", (most, end) => {
  expect(scaleEnd(most, true)).toBe(end);
});
