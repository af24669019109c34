/** Lanes over time, drawn to scale: the attempts of a task, or the tasks of a project. */
import { scaleTime, scaleUtc } from "d3-scale";
import {
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { zone } from "../../ui/wording";
import { minutesEast, zoneChosen } from "../../ui/zone";
import { legible } from "./axis";
import { LANE, LaneRow } from "./LaneRow";
import { Legend } from "./Legend";
import type { Lane } from "./lane";

const AXIS = 20;
const DAY_MS = 86_400_000;

export interface LanesProps {
  lanes: Lane[];
  label: string;
  /** The end of the time axis in ms, extended by countdowns that end later. */
  now: number;
  /** Whether anything goes on; draws a line for now. */
  live: boolean;
  /** Leave out the rest of a countdown, to give the past more room. */
  past?: boolean;
  /** A time to highlight. */
  at?: number | null;
  onMark: (key: string) => void;
  onLane?: (key: string) => void;
  /** Shown beside the legend. */
  children?: ReactNode;
}

export function Lanes({
  lanes,
  label,
  now,
  live,
  past = false,
  at,
  onMark,
  onLane,
  children,
}: LanesProps) {
  const [box, width] = useWidth();
  const hatch = useId();
  const labelled = width < 520 ? 72 : onLane ? 220 : 96;
  const { from, to } = useMemo(() => extent(lanes, now, live, past), [lanes, now, live, past]);
  const scale = useMemo(
    () =>
      (zoneChosen() === "utc" ? scaleUtc : scaleTime)(
        [from, to],
        [labelled, Math.max(width - 8, labelled + 40)],
      ),
    [from, to, labelled, width],
  );
  const height = AXIS + lanes.length * LANE + 4;
  // The labels change with the day only.
  const today = now - ((((now + minutesEast(now) * 60_000) % DAY_MS) + DAY_MS) % DAY_MS);
  const ticks = useMemo(
    () => legible(scale, Math.floor((width - labelled) / 100), today),
    [scale, width, labelled, today],
  );
  const words = useMemo(() => lanes.map(told).join("; "), [lanes]);
  const click = (event: MouseEvent<SVGSVGElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    const lane = lanes[Math.floor((event.clientY - bounds.top - AXIS) / LANE)];
    const x = event.clientX - bounds.left;
    if (!lane) return;
    if (x < labelled) onLane?.(lane.key);
    else {
      const when = scale.invert(x).getTime();
      const key = nearest(lane, when);
      if (key !== null) onMark(key);
    }
  };
  return (
    <div>
      <div ref={box} className="overflow-hidden">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the events below are reached by keyboard */}
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={`${label}. ${words}`}
          className="block cursor-pointer"
          onClick={click}
        >
          <defs>
            <pattern
              id={hatch}
              width="6"
              height="6"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width="2.5" height="6" className="fill-retry" />
            </pattern>
          </defs>
          {/* A label that would be cut off at the edge is left out. */}
          {ticks.map(
            ({ at: tick, text }) =>
              scale(tick) < width - 36 && (
                <g key={tick.getTime()} transform={`translate(${scale(tick)} 0)`}>
                  <line y1={AXIS - 4} y2={height} className="stroke-line" />
                  <text y={12} textAnchor="middle" className="fill-soft text-xs">
                    {text}
                  </text>
                </g>
              ),
          )}
          {lanes.map((lane, row) => (
            <LaneRow
              key={lane.key}
              lane={lane}
              y={AXIS + row * LANE}
              labelled={labelled}
              scale={scale}
              now={now}
              hatch={hatch}
            />
          ))}
          {live && <Line x={scale(now)} height={height} className="stroke-ink" dashed />}
          {at != null && <Line x={scale(at)} height={height} className="stroke-link" />}
        </svg>
      </div>
      <Legend zone={zone(from)}>{children}</Legend>
    </div>
  );
}

/** A lane in words: what it was doing, in order. */
function told({ label, spans }: Lane): string {
  const kinds = spans.map(({ kind, to }) => (to === null ? `${kind} now` : kind));
  return `${label}: ${kinds.join(", ") || "nothing"}`;
}

function Line(props: { x: number; height: number; className: string; dashed?: boolean }) {
  return (
    <line
      x1={props.x}
      x2={props.x}
      y1={AXIS - 4}
      y2={props.height}
      className={props.className}
      strokeWidth={props.dashed ? 1 : 2}
      strokeDasharray={props.dashed ? "2 2" : undefined}
    />
  );
}

function extent(
  lanes: Lane[],
  now: number,
  live: boolean,
  past: boolean,
): { from: number; to: number } {
  let from = Number.POSITIVE_INFINITY;
  let to = live ? now : Number.NEGATIVE_INFINITY;
  for (const lane of lanes) {
    for (const span of lane.spans) {
      from = Math.min(from, span.from);
      to = Math.max(to, span.to ?? (past ? now : (span.due ?? now)));
    }
    for (const mark of lane.marks) {
      from = Math.min(from, mark.at);
      to = Math.max(to, mark.at);
    }
  }
  if (from > to) return { from: now - 1000, to: now };
  return { from, to: Math.max(to, from + 1) };
}

function nearest(lane: Lane, when: number): string | null {
  let best: string | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const mark of lane.marks) {
    const far = Math.abs(mark.at - when);
    if (far <= distance) {
      best = mark.key;
      distance = far;
    }
  }
  return best;
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}
