import { expect, test } from "vitest";
import { depth } from "./unitSystem";

test("a depth is told in the units of the project", () => {
  expect(depth(5.5, "imperial")).toBe("5.5 in");
  expect(depth(5, "metric")).toBe("127 mm");
  expect(depth(100 / 25.4, "metric")).toBe("100 mm");
  expect(depth(0.1 / 25.4, "metric")).toBe("0.1 mm");
});
