import type { ScaleTime } from "d3-scale";
import { memo } from "react";
import { SIGNS } from "../../ui/signs";
import { countdown } from "../../ui/wording";
import type { Lane, Mark } from "./lane";
import type { Span } from "./spans";

export const LANE = 24;
const MIDDLE = LANE / 2;

export const LaneRow = memo(function LaneRow(props: {
  lane: Lane;
  y: number;
  labelled: number;
  scale: ScaleTime<number, number>;
  now: number;
  hatch: string;
}) {
  const { lane, y, labelled, scale, now } = props;
  const others = lane.marks.filter((mark) => mark.type !== "progress");
  return (
    <g transform={`translate(0 ${y})`} data-lane={lane.key}>
      <title>{lane.title}</title>
      <svg width={labelled - 8} height={LANE} aria-hidden="true">
        <text x={0} y={MIDDLE + 4} className="fill-ink text-xs">
          {shortened(lane.label, labelled - 8)}
        </text>
      </svg>
      {lane.spans.map((span) => (
        <Bar
          key={`${span.kind}${span.from}`}
          span={span}
          scale={scale}
          now={now}
          hatch={props.hatch}
        />
      ))}
      <path d={ticks(lane.marks, scale)} className="stroke-ground" fill="none" />
      {others.map((mark) => (
        <Sign key={mark.key} mark={mark} x={scale(mark.at)} />
      ))}
    </g>
  );
});

function Bar(props: { span: Span; scale: ScaleTime<number, number>; now: number; hatch: string }) {
  const { span, scale, now } = props;
  const end = span.to ?? (span.kind === "waiting" ? (span.due ?? now) : Math.max(now, span.from));
  const x = scale(span.from);
  // A countdown may end after the drawn time.
  const width = Math.max(Math.min(scale(end), scale.range()[1] ?? 0) - x, 1.5);
  const says = `${span.kind}, attempt ${span.attempt}, ${countdown(end - span.from)}${span.to === null ? " so far" : ""}`;
  const common = { x, width, "data-span": span.kind };
  switch (span.kind) {
    case "queued":
      return (
        <rect {...common} y={MIDDLE - 1.5} height={3} className="fill-edge">
          <title>{says}</title>
        </rect>
      );
    case "waiting":
      return (
        <g data-open={span.to === null || undefined}>
          <rect
            {...common}
            y={MIDDLE - 6}
            height={12}
            fill={`url(#${props.hatch})`}
            className="stroke-retry"
            strokeWidth="1"
          >
            <title>
              {span.to === null ? `attempt ${span.attempt}, due in ${countdown(end - now)}` : says}
            </title>
          </rect>
          {span.to === null && (
            <rect
              x={x}
              y={MIDDLE - 6}
              width={Math.max(Math.min(scale(now), x + width) - x, 0)}
              height={12}
              className="fill-retry"
              opacity="0.45"
              data-elapsed
            />
          )}
        </g>
      );
    case "lost":
      return (
        <rect
          {...common}
          y={MIDDLE - 7}
          height={14}
          className="fill-panel stroke-failure"
          strokeWidth="1.5"
          strokeDasharray="4 3"
        >
          <title>{says} (worker died)</title>
        </rect>
      );
    default:
      return (
        <rect {...common} y={MIDDLE - 7} height={14} rx={2} className="fill-running">
          <title>{says}</title>
        </rect>
      );
  }
}

/** The contrast of a sign with the bar under it. */
const LOOKS: Partial<Record<Mark["type"], string>> = {
  registered: "fill-panel stroke-pending",
  started: "fill-running stroke-panel",
  retrying: "fill-retry stroke-panel",
  completed: "fill-none stroke-success",
  failed: "fill-none stroke-failure",
  cancel_requested: "fill-revoked stroke-panel",
  retry_requested: "fill-retry stroke-panel",
  noted: "fill-panel stroke-ink",
};

/** The sign of a type of event, where it happened. */
export function Sign({ mark, x }: { mark: Mark; x: number }) {
  const d = SIGNS[mark.type].path;
  const heavy = mark.type === "completed" || mark.type === "failed";
  return (
    <g transform={`translate(${x.toFixed(1)} ${MIDDLE})`} data-mark={mark.type}>
      <title>{mark.title}</title>
      {heavy && <path d={d} className="fill-none stroke-panel" strokeWidth="6" />}
      <path d={d} className={LOOKS[mark.type]} strokeWidth={heavy ? 2.5 : 1.25} />
    </g>
  );
}

/** A tick for each report of progress; ticks in the same place are merged. */
function ticks(marks: Mark[], scale: ScaleTime<number, number>): string {
  let path = "";
  let drawn = -1;
  for (const mark of marks) {
    if (mark.type !== "progress") continue;
    const x = Math.round(scale(mark.at));
    if (x === drawn) continue;
    drawn = x;
    path += `M${x} ${MIDDLE + 2}v5`;
  }
  return path;
}

/** About as much of a label as fits; the whole label is in the title. */
function shortened(label: string, px: number): string {
  const fits = Math.max(Math.floor(px / 7.1), 4);
  return label.length <= fits ? label : `${label.slice(0, fits - 1)}…`;
}
