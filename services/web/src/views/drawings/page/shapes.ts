/** Converts measured shapes to SVG outlines, in page pixels. */
import type { Measurement } from "../queries";
import type { Box } from "./viewport";

type Kind = Measurement["geometry_type"];
type Pair = [number, number];

export interface Outline {
  path: string;
  box: Box;
  /** Whether it encloses an area. */
  filled: boolean;
}

/** The size of the cross that marks a point. */
const CROSS = 14;

/** The outline of a stored shape; null if it cannot be drawn. */
export function outline(kind: Kind, geometry: unknown): Outline | null {
  const { points, holes, radius } = (geometry ?? {}) as Record<string, unknown>;
  const ring = pairs(points);
  const [first, second] = ring;
  if (first === undefined) return null;
  if (kind === "point") {
    const [x, y] = first;
    const path = `M${x - CROSS} ${y}H${x + CROSS}M${x} ${y - CROSS}V${y + CROSS}`;
    return { path, box: [x - CROSS, y - CROSS, x + CROSS, y + CROSS], filled: false };
  }
  if (kind === "circle") {
    if (typeof radius !== "number" || !(radius > 0)) return null;
    const [x, y] = first;
    const half = `a${radius} ${radius} 0 1 0`;
    return {
      path: `M${x - radius} ${y}${half} ${2 * radius} 0${half} ${-2 * radius} 0Z`,
      box: [x - radius, y - radius, x + radius, y + radius],
      filled: true,
    };
  }
  if (second === undefined) return null;
  const open = kind === "line" || kind === "polyline";
  const corners: Pair[] =
    kind === "rectangle" && ring.length === 2
      ? [first, [second[0], first[1]], second, [first[0], second[1]]]
      : ring;
  const cut = Array.isArray(holes) ? holes.map(pairs).filter((hole) => hole.length > 2) : [];
  const rings = open ? [corners] : [corners, ...cut];
  return {
    path: rings.map((each) => drawn(each, !open)).join(""),
    box: boxOf(corners),
    filled: !open,
  };
}

function drawn(ring: Pair[], closed: boolean): string {
  return `M${ring.map(([x, y]) => `${x} ${y}`).join("L")}${closed ? "Z" : ""}`;
}

function pairs(value: unknown): Pair[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (each): each is Pair =>
      Array.isArray(each) && each.length >= 2 && each.slice(0, 2).every(Number.isFinite),
  );
}

/** The smallest box around points. */
export function boxOf(points: Pair[]): Box {
  const across = points.map(([x]) => x);
  const down = points.map(([, y]) => y);
  return [
    across.reduce((a, b) => Math.min(a, b)),
    down.reduce((a, b) => Math.min(a, b)),
    across.reduce((a, b) => Math.max(a, b)),
    down.reduce((a, b) => Math.max(a, b)),
  ];
}

/** The smallest box around boxes; null around none. */
export function shownBox(boxes: Box[]): Box | null {
  if (boxes.length === 0) return null;
  return boxOf(
    boxes.flatMap(([left, top, right, bottom]): Pair[] => [
      [left, top],
      [right, bottom],
    ]),
  );
}
