import { expect, test } from "vitest";
import { canFinish, drawnShape, ends, isComplete, toolsFor } from "./tools";

const at = (x: number, y: number) => ({ x, y });
const CORNERS = [at(0, 0), at(10, 0), at(10, 10)];

test("a polygon ends at its first or its last point, and not before it has three", () => {
  expect(ends("polygon", CORNERS, at(1, 1), 2)).toBe(true);
  expect(ends("polygon", CORNERS, at(10, 11), 2)).toBe(true);
  expect(ends("polygon", CORNERS, at(5, 5), 2)).toBe(false);
  expect(ends("polygon", CORNERS.slice(0, 2), at(0, 0), 2)).toBe(false);
});

test("a line ends at its last point only, for it may come back to its first", () => {
  expect(ends("polyline", CORNERS, at(0, 0), 2)).toBe(false);
  expect(ends("polyline", CORNERS, at(10, 10), 2)).toBe(true);
});

test("a rectangle, a circle and a point are complete by themselves", () => {
  expect(isComplete("rectangle", CORNERS.slice(0, 2))).toBe(true);
  expect(isComplete("circle", CORNERS.slice(0, 1))).toBe(false);
  expect(isComplete("point", CORNERS.slice(0, 1))).toBe(true);
  expect(isComplete("polygon", CORNERS)).toBe(false);
});

test("a circle is stored by its center and radius, and one without a radius is none", () => {
  expect(drawnShape("circle", [at(5, 5), at(8, 9)])).toEqual({
    geometry_type: "circle",
    geometry: { points: [[5, 5]], holes: [], radius: 5 },
  });
  expect(drawnShape("circle", [at(5, 5), at(5, 5)])).toBeNull();
});

test("too few points are no shape", () => {
  expect(canFinish("polygon", CORNERS.slice(0, 2))).toBe(false);
  expect(drawnShape("polygon", CORNERS.slice(0, 2))).toBeNull();
  expect(drawnShape("polygon", CORNERS)?.geometry.points).toHaveLength(3);
});

test("a count is drawn as points, or found by one that looks alike", () => {
  expect(toolsFor("count")).toEqual(["point", "alike"]);
});
