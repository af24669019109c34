import { outline } from "./shapes";
import { drawnShape, type Tool } from "./tools";
import type { Point } from "./viewport";

/** The shape being drawn, with its points so far. */
export function DraftShape(props: {
  tool: Tool;
  points: Point[];
  zoom: number;
  /** Whether it is complete and being stored. */
  pending?: boolean;
}) {
  const { tool, points, zoom, pending = false } = props;
  const shape = drawnShape(tool, points);
  const path = shape
    ? outline(shape.geometry_type, shape.geometry)?.path
    : points.length > 1 && `M${points.map(({ x, y }) => `${x} ${y}`).join("L")}`;
  return (
    <g
      stroke="#a8261c"
      strokeWidth={2}
      pointerEvents="none"
      data-draft={pending ? undefined : points.length}
    >
      {path && (
        <path d={path} fill="#a8261c" fillOpacity={0.12} vectorEffect="non-scaling-stroke" />
      )}
      {points.map(({ x, y }) => (
        <circle
          key={`${x},${y}`}
          cx={x}
          cy={y}
          r={5 / zoom}
          fill="#fff"
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </g>
  );
}
