import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import type { UnitSystem } from "../unitSystem";
import { EXAMPLES, feetOf, lengthText, parseLength } from "./feet";
import { pixelsPerFoot } from "./marks";
import type { Calibration } from "./useCalibration";
import { distance, type Point } from "./viewport";

/** The line that is being measured, and what is to be done next. */
export function CalibrateBar(props: { calibration: Calibration; system: UnitSystem }) {
  const { calibration, system } = props;
  const [start, end] = calibration.ends ?? [];
  return (
    <section
      aria-label="Calibrate by hand"
      className="flex flex-wrap items-start gap-2 border-b border-line bg-mark px-3 py-2"
    >
      {start && end ? (
        <Length calibration={calibration} system={system} start={start} end={end} />
      ) : (
        <p role="status" className="min-w-40 flex-1 py-1">
          {start
            ? "Click the other end. Hold Shift for a straight line."
            : "Click one end of a line of known length. The longest dimension is best."}
        </p>
      )}
      <button type="button" className="button" onClick={calibration.leave}>
        Cancel
      </button>
      {calibration.refused && (
        <p role="alert" className="w-full text-failure">
          {calibration.refused}
        </p>
      )}
    </section>
  );
}

function Length(props: { calibration: Calibration; system: UnitSystem; start: Point; end: Point }) {
  const { calibration, system, start, end } = props;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  useEffect(() => field.current?.focus(), []);
  const length = parseLength(text, system);
  const pixels = distance(start, end);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (length === null) return;
    void calibration.save({ line: { start: [start.x, start.y], end: [end.x, end.y], ...length } });
  };
  return (
    <form onSubmit={save} className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
      <label htmlFor={id} className="font-medium">
        Length
      </label>
      <input
        ref={field}
        id={id}
        className="field w-32"
        placeholder={system === "metric" ? "7.5 m" : `24'-6"`}
        autoComplete="off"
        value={text}
        aria-invalid={text !== "" && length === null}
        aria-describedby={`${id}-says`}
        onChange={(event) => setText(event.target.value)}
      />
      <button
        type="submit"
        className="button font-semibold"
        disabled={length === null || calibration.busy}
      >
        Save scale
      </button>
      <span id={`${id}-says`} className="text-soft">
        {length !== null
          ? `${lengthText(length)} is ${Math.round(pixels)} px: ${pixelsPerFoot(pixels / feetOf(length))}`
          : text === ""
            ? `${Math.round(pixels)} px long. Examples: ${EXAMPLES[system]}`
            : `Not a length. Examples: ${EXAMPLES[system]}`}
      </span>
    </form>
  );
}

/** The chosen ends and the line between them, on the page. */
export function CalibrationLine({ ends, zoom }: { ends: Point[]; zoom: number }) {
  const [start, end] = ends;
  const arm = 8 / zoom;
  return (
    <g
      stroke="#a8261c"
      strokeWidth={2}
      fill="none"
      pointerEvents="none"
      data-calibration={ends.length}
    >
      {ends.map(({ x, y }) => (
        <path
          key={`${x},${y}`}
          d={`M${x - arm} ${y}H${x + arm}M${x} ${y - arm}V${y + arm}`}
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {start && end && (
        <path d={`M${start.x} ${start.y}L${end.x} ${end.y}`} vectorEffect="non-scaling-stroke" />
      )}
    </g>
  );
}
