/** Drawing shapes by hand, point by point. */
import type { components } from "../../../client/schema";
import type { Condition } from "../queries";
import { distance, type Point } from "./viewport";

type NewMeasurement = components["schemas"]["NewMeasurement"];
/** A shape as passed to the API. */
export type Drawn = Pick<NewMeasurement, "geometry_type" | "geometry">;

/** `fill` and `alike` find what is drawn where a person clicks; the others are drawn by hand. */
export type Tool = "polygon" | "rectangle" | "circle" | "polyline" | "point" | "fill" | "alike";

const TOOLS: Record<Condition["measurement_type"], Tool[]> = {
  area: ["polygon", "rectangle", "circle", "fill"],
  volume: ["polygon", "rectangle", "circle", "fill"],
  linear: ["polyline", "polygon", "rectangle", "circle"],
  count: ["point", "alike"],
};
const FEWEST: Record<Tool, number> = {
  polygon: 3,
  rectangle: 2,
  circle: 2,
  polyline: 2,
  point: 1,
  fill: 1,
  alike: 1,
};
/** The number of points of a complete shape. */
const EXACTLY: Partial<Record<Tool, number>> = {
  rectangle: 2,
  circle: 2,
  point: 1,
  fill: 1,
  alike: 1,
};

/** The tools for a condition, the usual one first. */
export function toolsFor(type: Condition["measurement_type"]): Tool[] {
  return TOOLS[type];
}

/** Whether the tool finds what is drawn at a click. */
export function finds(tool: Tool): tool is "fill" | "alike" {
  return tool === "fill" || tool === "alike";
}

/** Whether the points already make a shape. */
export function canFinish(tool: Tool, points: Point[]): boolean {
  return points.length >= FEWEST[tool];
}

/** Whether the shape is complete. */
export function isComplete(tool: Tool, points: Point[]): boolean {
  return points.length === EXACTLY[tool];
}

/** Whether a click at `at`, within `reach` of an existing point, ends the shape. */
export function ends(tool: Tool, points: Point[], at: Point, reach: number): boolean {
  if (EXACTLY[tool] !== undefined || !canFinish(tool, points)) return false;
  const near = (point: Point | undefined) => point !== undefined && distance(point, at) <= reach;
  return near(points.at(-1)) || (tool === "polygon" && near(points[0]));
}

export const pair = ({ x, y }: Point): [number, number] => [
  Math.round(x * 1000) / 1000,
  Math.round(y * 1000) / 1000,
];

/** The shape to store; null if the points do not make one. */
export function drawnShape(tool: Tool, points: Point[]): Drawn | null {
  if (!canFinish(tool, points) || finds(tool)) return null;
  const [first, second] = points;
  if (tool === "circle") {
    if (first === undefined || second === undefined) return null;
    const radius = distance(first, second);
    return radius > 0
      ? { geometry_type: "circle", geometry: { points: [pair(first)], holes: [], radius } }
      : null;
  }
  return { geometry_type: tool, geometry: { points: points.map(pair), holes: [] } };
}
