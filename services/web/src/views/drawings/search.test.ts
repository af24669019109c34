import { expect, test } from "vitest";
import { parseSearch, stringifySearch } from "../../shell/search";
import { addressOf, drawingsSearch, layersOf, placeOf, withLayer, withPicked } from "./search";

const PAGE = "0198c6a0-0000-7000-8000-000000000001";

test("what an address holds survives it", () => {
  const search = { page: PAGE, on: ["words", "scale"], at: "12,3400,0.5", pick: [PAGE] };
  expect(drawingsSearch(parseSearch(stringifySearch(search)))).toEqual(search);
});

test("an address that makes no sense shows the drawings", () => {
  expect(drawingsSearch({ page: "../x", on: "everything", pick: ["1", ""] })).toEqual({});
});

test("what was measured is shown until it is put away", () => {
  expect(layersOf({})).toEqual(["measured"]);
  const without = withLayer({}, "measured", false);
  expect(layersOf(drawingsSearch(parseSearch(stringifySearch({ ...without }))))).toEqual([]);
  expect(layersOf(withLayer(without, "title", true))).toEqual(["title"]);
});

test("a page is picked and put back", () => {
  const picked = withPicked({}, PAGE);
  expect(picked.pick).toEqual([PAGE]);
  expect(withPicked(picked, PAGE).pick).toBeUndefined();
});

test("a place survives the address, and one that makes no sense is all of the page", () => {
  expect(placeOf(addressOf({ x: 12.4, y: 3400.2, zoom: 0.51237 }))).toEqual({
    x: 12,
    y: 3400,
    zoom: 0.5124,
  });
  for (const at of ["", "1,2", "1,2,0", "-1,2,1", "1,2,1e9", "a,b,c"]) {
    expect(drawingsSearch({ page: PAGE, at }).at).toBeUndefined();
  }
  expect(drawingsSearch({ at: "1,2,1" })).toEqual({});
});
