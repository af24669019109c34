import { expect, test } from "vitest";
import { handlesOf, movedBy, withHandleAt, withoutPoint } from "./handles";
import type { Drawn } from "./tools";

const SQUARE: Drawn = {
  geometry_type: "polygon",
  geometry: {
    points: [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ],
    holes: [],
  },
};
const CIRCLE: Drawn = {
  geometry_type: "circle",
  geometry: { points: [[20, 20]], holes: [], radius: 5 },
};
const PAGE = { width: 100, height: 50 };

const corner = (index: number) => ({ ring: 0, index, at: { x: 0, y: 0 }, between: false });

test("a polygon has a handle at each corner and between each two", () => {
  const handles = handlesOf(SQUARE);
  expect(handles.filter((each) => !each.between)).toHaveLength(4);
  expect(handles.filter((each) => each.between).map((each) => each.at)).toContainEqual({
    x: 0,
    y: 5,
  });
});

test("a corner is moved, and a handle between two becomes a corner", () => {
  expect(withHandleAt(SQUARE, corner(2), { x: 12, y: 13 }).geometry.points[2]).toEqual([12, 13]);
  const wider = withHandleAt(SQUARE, { ...corner(3), between: true }, { x: -0, y: 5 });
  expect(wider.geometry.points).toHaveLength(5);
  expect(wider.geometry.points[4]).toEqual([-0, 5]);
});

test("a corner is taken away while three are left", () => {
  const triangle = withoutPoint(SQUARE, corner(0));
  expect(triangle?.geometry.points).toHaveLength(3);
  expect(triangle && withoutPoint(triangle, corner(0))).toBeNull();
});

test("a circle has one handle, for its radius", () => {
  const [handle] = handlesOf(CIRCLE);
  expect(handle?.at).toEqual({ x: 25, y: 20 });
  expect(handle && withHandleAt(CIRCLE, handle, { x: 23, y: 24 }).geometry.radius).toBe(5);
});

test("a shape is moved, and stays on the page", () => {
  expect(movedBy(SQUARE, 5, 6, PAGE).geometry.points[0]).toEqual([5, 6]);
  expect(movedBy(SQUARE, 500, -6, PAGE).geometry.points[0]).toEqual([90, 0]);
  expect(movedBy(CIRCLE, -500, 500, PAGE).geometry.points[0]).toEqual([5, 45]);
});
