import { expect, test } from "vitest";
import { parseSearch, stringifySearch } from "../../shell/search";
import { drawingsSearch, layersOf, withLayer, withPicked } from "./search";

const PAGE = "0198c6a0-0000-7000-8000-000000000001";

test("what an address holds survives it", () => {
  const search = { page: PAGE, on: ["words", "scale"] as const, pick: [PAGE] };
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
