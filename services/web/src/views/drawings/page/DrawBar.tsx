import type { Condition } from "../queries";
import { ConditionField } from "./fields";
import { canFinish, type Tool, toolsFor } from "./tools";
import type { Drawing } from "./useDrawing";

const NAMES: Record<Tool, string> = {
  polygon: "polygon",
  rectangle: "rectangle",
  circle: "circle",
  polyline: "line",
  point: "point",
  fill: "fill at a click",
  alike: "all that look alike",
};
const SAYS: Record<Tool, [first: string, then: string]> = {
  polygon: [
    "Click the first corner.",
    "Click the next corner. Click the first one again to finish.",
  ],
  rectangle: ["Click one corner.", "Click the opposite corner."],
  circle: ["Click the center.", "Click a point on the circle."],
  polyline: ["Click where the line begins.", "Click the next point. Click it again to finish."],
  point: ["Click each one to count it.", ""],
  fill: [
    "Click in a room to fill it, then accept it in the list if it is correct.",
    "Looking for its lines …",
  ],
  alike: [
    "Click a symbol to count all that look like it, then accept them in the list.",
    "Looking for symbols …",
  ],
};

/** What is being drawn, and what is to be done next. */
export function DrawBar(props: { drawing: Drawing; conditions: Condition[] }) {
  const { drawing, conditions } = props;
  const { draft, corrections } = drawing;
  if (draft === null) return null;
  const { condition, tool, points } = draft;
  const other = (id: string) => {
    const chosen = conditions.find((each) => each.id === id);
    if (chosen) drawing.begin(chosen);
  };
  return (
    <section
      aria-label="Draw a measurement"
      className="flex flex-wrap items-center gap-2 border-b border-line bg-mark px-3 py-2"
    >
      <ConditionField conditions={conditions} value={condition.id} onChange={other} />
      <select
        aria-label="Shape"
        className="field"
        value={tool}
        onChange={(event) => drawing.choose(condition, event.target.value as Tool)}
      >
        {toolsFor(condition.measurement_type).map((each) => (
          <option key={each} value={each}>
            {NAMES[each]}
          </option>
        ))}
      </select>
      <p role="status" className="min-w-40 flex-1">
        {SAYS[tool][points.length === 0 ? 0 : 1]}
        {(tool === "polygon" || tool === "polyline" || tool === "rectangle") &&
          points.length === 1 &&
          " Shift keeps it straight."}
      </p>
      {points.length > 0 && (
        <button type="button" className="button" onClick={drawing.back} title="Backspace">
          Remove last point
        </button>
      )}
      {(tool === "polygon" || tool === "polyline") && (
        <button
          type="button"
          className="button font-semibold"
          disabled={corrections.busy || !canFinish(tool, points)}
          onClick={drawing.finish}
        >
          Finish
        </button>
      )}
      <Leave drawing={drawing} />
    </section>
  );
}

/** Explains how to edit the shape. */
export function EditBar({ drawing }: { drawing: Drawing }) {
  return (
    <section
      aria-label="Edit a shape"
      className="flex flex-wrap items-center gap-2 border-b border-line bg-mark px-3 py-2"
    >
      <p role="status" className="min-w-40 flex-1">
        Drag a point or the whole shape. A point between two makes a new one; a double click removes
        one.
      </p>
      <Leave drawing={drawing} />
    </section>
  );
}

/** Ends the drawing; shows why the last change was refused. */
function Leave({ drawing }: { drawing: Drawing }) {
  const { refused } = drawing.corrections;
  return (
    <>
      <button type="button" className="button" onClick={drawing.leave} title="Esc">
        Done
      </button>
      {refused && (
        <p role="alert" className="w-full text-failure">
          {refused}
        </p>
      )}
    </>
  );
}
