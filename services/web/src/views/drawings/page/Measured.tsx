import { ProblemNotice } from "../../../ui/Notice";
import { LOOKS } from "./looks";
import { LayerSwitch, type Lighting, MarkLines } from "./MarkLine";
import { quantity } from "./marks";
import { Swatch } from "./Swatch";
import type { MeasuredCondition } from "./useMarks";

const OPENED_UP_TO = 8;

/** What was measured on the page, by condition. */
export function Measured(
  props: Lighting & {
    measured: MeasuredCondition[];
    problem: unknown;
    mayMeasure: boolean;
    on: boolean;
    onToggle: (on: boolean) => void;
  },
) {
  const { measured } = props;
  const count = measured.reduce((sum, each) => sum + each.marks.length, 0);
  return (
    <section aria-labelledby="measured" className="grid grid-cols-[minmax(0,1fr)] gap-2 px-4 py-3">
      <h2 id="measured" className="font-semibold">
        Measurements
      </h2>
      <LayerSwitch {...LOOKS.measured} count={count} on={props.on} onToggle={props.onToggle} />
      {props.problem ? (
        <ProblemNotice problem={props.problem} />
      ) : (
        measured.length === 0 && (
          <p className="text-xs text-soft">
            None yet.{props.mayMeasure && " Start a takeoff above."}
          </p>
        )
      )}
      {measured.map(({ condition, letter, colour, marks, quantity: here }) => (
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
          <MarkLines marks={marks} light={props.light} onShow={props.onShow} />
        </details>
      ))}
    </section>
  );
}
