/** Places the tags of marks without overlaps. */
import type { Box, Size } from "./viewport";

export interface Labelled {
  id: string;
  tag: string;
  /** The box of the mark; the tag is placed at one of its corners. */
  box: Box;
}

export interface PlacedTag {
  id: string;
  x: number;
  y: number;
  width: number;
}

/** Maximum number of tries for all tags before overlaps are allowed. */
const MOST_STEPS = 12;

/**
 * A place for each tag, `height` page pixels high: at the mark's top left, else at another
 * corner, else to the right of the tags there.
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
