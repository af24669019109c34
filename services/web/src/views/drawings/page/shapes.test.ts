import { expect, test } from "vitest";
import { outline, shownBox } from "./shapes";

const SQUARE = [
  [0, 0],
  [100, 0],
  [100, 50],
  [0, 50],
];

test("a polygon is closed, and its holes are cut out", () => {
  const hole = [
    [10, 10],
    [20, 10],
    [20, 20],
  ];
  const drawn = outline("polygon", { points: SQUARE, holes: [hole] });
  expect(drawn?.path).toBe("M0 0L100 0L100 50L0 50ZM10 10L20 10L20 20Z");
  expect(drawn?.box).toEqual([0, 0, 100, 50]);
  expect(drawn?.filled).toBe(true);
});

test("a line stays open", () => {
  const drawn = outline("polyline", { points: SQUARE });
  expect(drawn?.path).toBe("M0 0L100 0L100 50L0 50");
  expect(drawn?.filled).toBe(false);
});

test("a rectangle has four corners, also when two were stored", () => {
  const two = outline("rectangle", {
    points: [
      [0, 0],
      [100, 50],
    ],
  });
  expect(two).toEqual(outline("rectangle", { points: SQUARE }));
});

test("a circle and a point have a place", () => {
  expect(outline("circle", { points: [[50, 60]], radius: 10 })?.box).toEqual([40, 50, 60, 70]);
  const point = outline("point", { points: [[50, 60]] });
  expect(point?.filled).toBe(false);
  expect(point?.path).toContain("M50 46V74");
});

test.each([
  ["polygon", null],
  ["polygon", { points: "x" }],
  ["line", { points: [[1, 2]] }],
  [
    "polygon",
    {
      points: [
        [1, Number.NaN],
        [null, 2],
      ],
    },
  ],
  ["circle", { points: [[1, 2]] }],
] as const)("a %s that is none is not drawn", (kind, geometry) => {
  expect(outline(kind, geometry)).toBeNull();
});

test("boxes have a box around them", () => {
  expect(shownBox([])).toBeNull();
  expect(
    shownBox([
      [1, 2, 3, 4],
      [0, 5, 2, 9],
    ]),
  ).toEqual([0, 2, 3, 9]);
});
