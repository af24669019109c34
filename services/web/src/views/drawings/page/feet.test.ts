import { expect, test } from "vitest";
import { feetAndInches, feetOf, lengthText, parseFeet, parseLength } from "./feet";

test.each([
  ["24", 24],
  ["24.5", 24.5],
  [".5", 0.5],
  ["24'", 24],
  ["24 ft", 24],
  ["24'-6\"", 24.5],
  ["24' 6\"", 24.5],
  ["24'6", 24.5],
  ["24’–6”", 24.5],
  ["24′6″", 24.5],
  ["24'6''", 24.5],
  ["24'-6 1/2\"", 24 + 6.5 / 12],
  ["24'-6½\"", 24 + 6.5 / 12],
  ["24' - 0 3/4\"", 24 + 0.75 / 12],
  ["24 feet 6 inches", 24.5],
  ['6"', 0.5],
  ["6 in", 0.5],
  ['1/2"', 1 / 24],
  ["3.048 m", 10],
  ["304.8 mm", 1],
])("%s is a length", (text, feet) => {
  expect(parseFeet(text)).toBeCloseTo(feet, 9);
});

test.each([
  "",
  "0",
  "0'-0\"",
  "-3",
  "abc",
  "24'-14\"",
  "24'-12\"",
  '1/0"',
  "6 1/2",
  "1/2",
  "1e9",
  "24'-",
  "24''6'",
  "NaN",
  "Infinity",
])("%s is no length", (text) => {
  expect(parseFeet(text)).toBeNull();
});

test("a length is told as drawings write it", () => {
  expect(feetAndInches(24.5)).toBe("24'-6\"");
  expect(feetAndInches(24 + 6.5 / 12)).toBe("24'-6 1/2\"");
  expect(feetAndInches(11.9999)).toBe("12'-0\"");
  expect(feetAndInches(1 / 192)).toBe("0'-0 1/16\"");
  for (const feet of [0.25, 3.125, 99.0625]) {
    expect(parseFeet(feetAndInches(feet))).toBeCloseTo(feet, 9);
  }
});

test("a bare number is in the units of the project", () => {
  expect(parseLength("7.5", "metric")).toEqual({ metres: 7.5 });
  expect(parseLength("7.5", "imperial")).toEqual({ feet: 7.5 });
});

test("a length keeps the unit that it is written in", () => {
  for (const system of ["metric", "imperial"] as const) {
    expect(parseLength("7500 mm", system)).toEqual({ metres: 7.5 });
    expect(parseLength("24'-6\"", system)).toEqual({ feet: 24.5 });
    expect(parseLength("0 m", system)).toBeNull();
    expect(parseLength("six", system)).toBeNull();
  }
  expect(lengthText({ metres: 7.5 })).toBe("7.5 m");
  expect(lengthText({ feet: 24.5 })).toBe("24'-6\"");
  expect(feetOf({ metres: 3.048 })).toBeCloseTo(10, 9);
});
