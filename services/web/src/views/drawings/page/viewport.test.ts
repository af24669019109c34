import { expect, test } from "vitest";
import { centred, distance, fitted, moved, onPage, shown, straightened, zoomed } from "./viewport";

const PAGE = { width: 4000, height: 2000 };
const SCREEN = { width: 832, height: 632 };

test("a page that is opened is seen whole and in the middle", () => {
  const view = fitted(PAGE, SCREEN);
  expect(view.zoom).toBeCloseTo(0.2);
  expect(view.x).toBeCloseTo(16);
  expect(view.y).toBeCloseTo((632 - 400) / 2);
});

test("zooming keeps the point under the pointer", () => {
  const view = fitted(PAGE, SCREEN);
  const at = { x: 300, y: 300 };
  const before = onPage(view, at, PAGE);
  const after = onPage(zoomed(view, 3, at, PAGE, SCREEN), at, PAGE);
  expect(after.x).toBeCloseTo(before.x);
  expect(after.y).toBeCloseTo(before.y);
});

test("zoom has bounds", () => {
  const view = fitted(PAGE, SCREEN);
  expect(zoomed(view, 1e6, { x: 0, y: 0 }, PAGE, SCREEN).zoom).toBe(8);
  expect(zoomed(view, 1e-6, { x: 0, y: 0 }, PAGE, SCREEN).zoom).toBeCloseTo(0.1);
});

test("the page cannot be pushed off the screen", () => {
  const view = moved(fitted(PAGE, SCREEN), 1e6, -1e6, PAGE, SCREEN);
  expect(view.x).toBeLessThan(SCREEN.width);
  expect(view.y + PAGE.height * view.zoom).toBeGreaterThan(0);
});

test("a click means a point of the page, and never one beside it", () => {
  const view = { zoom: 0.5, x: 10, y: 20 };
  expect(onPage(view, { x: 60, y: 70 }, PAGE)).toEqual({ x: 100, y: 100 });
  expect(onPage(view, { x: 0, y: 5000 }, PAGE)).toEqual({ x: 0, y: 2000 });
});

test("a place that is shown is in the middle, and not blown up", () => {
  const view = shown([2000, 1000, 2040, 1010], PAGE, SCREEN);
  expect(view.zoom).toBe(1.5);
  const middle = onPage(view, { x: SCREEN.width / 2, y: SCREEN.height / 2 }, PAGE);
  expect(middle.x).toBeCloseTo(2020);
  expect(middle.y).toBeCloseTo(1005);
});

test("a line is straightened along its longer side", () => {
  expect(straightened({ x: 0, y: 0 }, { x: 10, y: 3 })).toEqual({ x: 10, y: 0 });
  expect(straightened({ x: 0, y: 0 }, { x: 2, y: -3 })).toEqual({ x: 0, y: -3 });
  expect(distance({ x: 0, y: 0 }, { x: 3, y: 4 })).toBe(5);
});

test("a place that an address names is in the middle of any screen", () => {
  for (const screen of [SCREEN, { width: 390, height: 500 }]) {
    const view = centred(0.8, { x: 2500, y: 1200 }, PAGE, screen);
    expect(view.zoom).toBe(0.8);
    const middle = onPage(view, { x: screen.width / 2, y: screen.height / 2 }, PAGE);
    expect(middle.x).toBeCloseTo(2500);
    expect(middle.y).toBeCloseTo(1200);
  }
});
