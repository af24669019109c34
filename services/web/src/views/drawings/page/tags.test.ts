import { expect, test } from "vitest";
import { type PlacedTag, placedTags } from "./tags";

const PAGE = { width: 2000, height: 1000 };
const HEIGHT = 14;

function overlap(a: PlacedTag, b: PlacedTag): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && Math.abs(a.y - b.y) < HEIGHT;
}

test("a tag stands at the top left of what it names", () => {
  const [tag] = placedTags([{ id: "a", tag: "1", box: [100, 100, 300, 200] }], HEIGHT, PAGE);
  expect(tag).toMatchObject({ id: "a", x: 98, y: 84 });
});

test("tags of marks that share a corner hide none of each other", () => {
  const same = Array.from({ length: 12 }, (_, at) => ({
    id: String(at),
    tag: `A${at}`,
    box: [100, 100, 160, 130] as const,
  }));
  const tags = placedTags(same, HEIGHT, PAGE);
  expect(tags).toHaveLength(12);
  for (const [at, tag] of tags.entries())
    for (const other of tags.slice(at + 1)) expect(overlap(tag, other)).toBe(false);
});

test("no tag stands beside the page", () => {
  const [tag] = placedTags([{ id: "a", tag: "A12", box: [0, 0, 10, 10] }], HEIGHT, PAGE);
  expect(tag?.x).toBe(0);
  expect(tag?.y).toBe(0);
});
