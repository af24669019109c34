/** The handles for editing a measured shape. */
import type { Measurement } from "../queries";
import type { Drawn } from "./tools";
import { distance, type Point } from "./viewport";

export interface Handle {
  /** 0 for the outline, or the number of a hole. */
  ring: number;
  /** The index of the point, or of the point before a handle between two points. */
  index: number;
  at: Point;
  /** Whether it is between two points: dragging it adds a point. */
  between: boolean;
}

type Pair = [number, number];
type Rings = { rings: Pair[][]; closed: boolean };

/** The editable shape of a measurement: a rectangle with four corners becomes a polygon. */
export function editable({ geometry_type, geometry }: Measurement): Drawn {
  const stored = geometry as { points: Pair[]; holes?: Pair[][]; radius?: number };
  const four = geometry_type === "rectangle" && stored.points.length === 4;
  return {
    geometry_type: four ? "polygon" : geometry_type === "line" ? "polyline" : geometry_type,
    geometry: {
      points: stored.points,
      holes: stored.holes ?? [],
      ...(stored.radius === undefined ? {} : { radius: stored.radius }),
    },
  };
}

function ringsOf({ geometry_type, geometry }: Drawn): Rings {
  const rings = [geometry.points, ...(geometry.holes ?? [])] as Pair[][];
  return { rings, closed: geometry_type === "polygon" };
}

/** The handles of a shape; the points come last, so that they lie over those between them. */
export function handlesOf(shape: Drawn): Handle[] {
  const { rings, closed } = ringsOf(shape);
  const [center] = rings[0] ?? [];
  const radius = shape.geometry.radius;
  if (shape.geometry_type === "circle" && center && radius) {
    return [{ ring: 0, index: 1, at: { x: center[0] + radius, y: center[1] }, between: false }];
  }
  const grows = shape.geometry_type === "polygon" || shape.geometry_type === "polyline";
  return rings.flatMap((points, ring) => {
    const corners = points.map(([x, y], index) => ({ ring, index, at: { x, y }, between: false }));
    const last = closed ? points.length : points.length - 1;
    const middles = points.slice(0, last).map(([x, y], index) => {
      const [x2, y2] = points[(index + 1) % points.length] ?? [x, y];
      return { ring, index, at: { x: (x + x2) / 2, y: (y + y2) / 2 }, between: true };
    });
    return grows ? [...middles, ...corners] : corners;
  });
}

/** The shape with a handle moved to `at`; one between two points becomes a point. */
export function withHandleAt(shape: Drawn, handle: Handle, at: Point): Drawn {
  if (shape.geometry_type === "circle") {
    const [x, y] = shape.geometry.points[0] as Pair;
    const radius = Math.max(distance({ x, y }, at), 1);
    return { ...shape, geometry: { ...shape.geometry, radius } };
  }
  const start = handle.between ? handle.index + 1 : handle.index;
  return withRing(shape, handle.ring, (points) =>
    points.toSpliced(start, handle.between ? 0 : 1, [at.x, at.y]),
  );
}

/** The shape without a point; null if too few would remain. */
export function withoutPoint(shape: Drawn, handle: Handle): Drawn | null {
  const { rings, closed } = ringsOf(shape);
  const left = (rings[handle.ring]?.length ?? 0) - 1;
  const grows = shape.geometry_type === "polygon" || shape.geometry_type === "polyline";
  if (handle.between || !grows || left < (closed ? 3 : 2)) return null;
  return withRing(shape, handle.ring, (points) => points.toSpliced(handle.index, 1));
}

/** The whole shape moved, within the page. */
export function movedBy(shape: Drawn, dx: number, dy: number, page: Size): Drawn {
  const { rings } = ringsOf(shape);
  const reach = shape.geometry.radius ?? 0;
  const across = (rings[0] ?? []).map(([x]) => x);
  const down = (rings[0] ?? []).map(([, y]) => y);
  const right = kept(dx, Math.min(...across) - reach, Math.max(...across) + reach, page.width);
  const below = kept(dy, Math.min(...down) - reach, Math.max(...down) + reach, page.height);
  const shifted = rings.map((points) => points.map(([x, y]): Pair => [x + right, y + below]));
  const [points = [], ...holes] = shifted;
  return { ...shape, geometry: { ...shape.geometry, points, holes } };
}

/** The distance that an arrow key moves something, in page pixels: ten with Shift. */
export function stepOf(key: string, far: boolean): Point | null {
  const by = far ? 10 : 1;
  switch (key) {
    case "ArrowLeft":
      return { x: -by, y: 0 };
    case "ArrowRight":
      return { x: by, y: 0 };
    case "ArrowUp":
      return { x: 0, y: -by };
    case "ArrowDown":
      return { x: 0, y: by };
    default:
      return null;
  }
}

/** The accessible name of a handle. */
export function nameOf(handle: Handle): string {
  const place = handle.between
    ? `New point after point ${handle.index + 1}`
    : `Point ${handle.index + 1}`;
  return handle.ring === 0 ? place : `${place} of hole ${handle.ring}`;
}

interface Size {
  width: number;
  height: number;
}

function kept(by: number, least: number, most: number, room: number): number {
  return Math.min(Math.max(by, -least), room - most);
}

function withRing(shape: Drawn, ring: number, change: (points: Pair[]) => Pair[]): Drawn {
  const { rings } = ringsOf(shape);
  const [points = [], ...holes] = rings.map((each, at) => (at === ring ? change(each) : each));
  return { ...shape, geometry: { ...shape.geometry, points, holes } };
}
