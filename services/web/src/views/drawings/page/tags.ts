/** Where the tags of marks stand, so that none hides another. */
import type { Box, Size } from "./viewport";

export interface Labelled {
  id: string;
  tag: string;
  /** What it names; the tag stands at one of its corners. */
  box: Box;
}

export interface PlacedTag {
  id: string;
  x: number;
  y: number;
  width: number;
}

/** What all tags together may try before one is allowed to hide another. */
const MOST_STEPS = 12;

/**
 * A place for each tag, `height` high, in the page's pixels: at the top left of what it names,
 * else at another corner, else to the right of what stands there.
 */
export function placedTags(labelled: Labelled[], height: number, page: Size): PlacedTag[] {
  const placed: PlacedTag[] = [];
  const free = (x: number, y: number, width: number) =>
    placed.every(
      (each) => x >= each.x + each.width || each.x >= x + width || Math.abs(each.y - y) >= height,
    );
  for (const { id, tag, box } of labelled) {
    const [left, top, right, bottom] = box;
    const width = height * (0.5 + 0.55 * tag.length);
    const within = (x: number, y: number) => ({
      x: Math.min(Math.max(x, 0), Math.max(page.width - width, 0)),
      y: Math.min(Math.max(y, 0), Math.max(page.height - height, 0)),
    });
    const corners = [
      within(left - 2, top - 2 - height),
      within(right + 2 - width, top - 2 - height),
      within(left - 2, bottom + 2),
      within(right + 2 - width, bottom + 2),
    ];
    const beside = Array.from({ length: MOST_STEPS }, (_, step) =>
      within(left - 2 + (step + 1) * width * 1.1, top - 2 - height),
    );
    const all = [...corners, ...beside];
    const place = all.find(({ x, y }) => free(x, y, width)) ?? corners[0];
    if (place) placed.push({ id, ...place, width });
  }
  return placed;
}
