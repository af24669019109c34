import { ProblemNotice } from "../../../ui/Notice";
import { type Condition, markedPdf } from "../queries";
import { UndoButtons } from "../UndoButtons";
import { LOOKS } from "./looks";
import { LayerSwitch, type Lighting } from "./MarkLine";
import { MeasuredLine } from "./MeasuredLine";
import { quantity } from "./marks";
import { Swatch } from "./Swatch";
import type { Drawing } from "./useDrawing";
import type { MeasuredCondition } from "./useMarks";

const OPENED_UP_TO = 8;

/** The page's measurements, by condition. */
export function Measured(
  props: Lighting & {
    documentId: string;
    measured: MeasuredCondition[];
    problem: unknown;
    /** The conditions that can be drawn on the page; null if drawing is not possible. */
    drawable: Condition[] | null;
    mayMeasure: boolean;
    drawing: Drawing;
    on: boolean;
    onToggle: (on: boolean) => void;
  },
) {
  const { measured, drawing, drawable } = props;
  const [first] = drawable ?? [];
  const count = measured.reduce((sum, each) => sum + each.marks.length, 0);
  return (
    <section aria-labelledby="measured" className="grid grid-cols-[minmax(0,1fr)] gap-2 px-4 py-3">
      <div className="flex items-center gap-2">
        <h2 id="measured" className="font-semibold">
          Measurements
        </h2>
        {first && drawing.draft === null && (
          <button
            type="button"
            className="button ml-auto"
            onClick={() => drawing.begin(first)}
            title="Measure by hand"
          >
            Draw
          </button>
        )}
      </div>
      {props.mayMeasure && <UndoButtons />}
      <LayerSwitch {...LOOKS.measured} count={count} on={props.on} onToggle={props.onToggle} />
      {props.problem ? (
        <ProblemNotice problem={props.problem} />
      ) : (
        measured.length === 0 && (
          <p className="text-xs text-soft">
            None yet.{props.mayMeasure && " Start a takeoff above, or draw."}
          </p>
        )
      )}
      {measured.length > 0 && (
        <p className="text-xs">
          <a href={markedPdf(props.documentId)} download>
            Download as a marked PDF
          </a>
        </p>
      )}
      {measured.map(({ condition, letter, colour, marks, quantity: here, waiting }) => (
        <details
          key={condition.id}
          open={marks.length <= OPENED_UP_TO}
          data-measured={condition.id}
        >
          <summary className="flex min-h-7 items-center gap-2">
            <Swatch colour={colour} letter={letter} />
            <span className="min-w-0 flex-1 truncate font-medium" title={condition.name}>
              {letter} {condition.name}
            </span>
            <span className="font-semibold whitespace-nowrap">
              {quantity(here, condition.unit)}
            </span>
          </summary>
          {waiting > 0 && (
            <p className="px-1 text-xs text-retry" data-waiting>
              {quantity(waiting, condition.unit)} not accepted yet, not in the total
            </p>
          )}
          <ul>
            {marks.map((each) => {
              const { measurement } = each.mark;
              if (!measurement) return null;
              const edit = () => {
                props.onShow(each);
                drawing.edit(measurement.id);
              };
              return (
                <MeasuredLine
                  key={measurement.id}
                  each={each}
                  measurement={measurement}
                  mayCorrect={props.mayMeasure}
                  onEdit={drawable && measurement.review !== "rejected" ? edit : null}
                  light={props.light}
                  onShow={props.onShow}
                />
              );
            })}
          </ul>
        </details>
      ))}
    </section>
  );
}
