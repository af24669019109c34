import { answered } from "../../../client";
import { useCorrections } from "../corrections";
import type { Measurement } from "../queries";
import { type Lighting, MarkLine } from "./MarkLine";
import type { Tagged } from "./Overlay";

type Review = Measurement["review"];

/** One measurement, and what a person can do with it. */
export function MeasuredLine(
  props: Lighting & {
    each: Tagged;
    measurement: Measurement;
    mayCorrect: boolean;
    onEdit: (() => void) | null;
  },
) {
  const { each, measurement, onEdit } = props;
  const { change, busy } = useCorrections();
  const path = { measurement_id: measurement.id };
  const review = (what: Review) => () =>
    void change(`${what === "accepted" ? "accept" : "reject"} ${each.tag}`, (client) =>
      answered(
        client.PATCH("/measurements/{measurement_id}", {
          params: { path },
          body: { review: what },
        }),
      ),
    );
  const remove = () =>
    void change(`delete ${each.tag}`, (client) =>
      answered(client.DELETE("/measurements/{measurement_id}", { params: { path } })),
    );
  const acts: [name: string, act: (() => void) | null][] = [
    ["Accept", measurement.review === "accepted" ? null : review("accepted")],
    ["Reject", measurement.review === "rejected" ? null : review("rejected")],
    ["Edit shape", onEdit],
    ["Delete", remove],
  ];
  return (
    <li data-review={measurement.review} data-waits={measurement.waits || undefined}>
      <MarkLine each={each} light={props.light} onShow={props.onShow} />
      {props.mayCorrect && (
        <div className="flex flex-wrap gap-1 pb-1 pl-13">
          {acts.map(
            ([name, act]) =>
              act && (
                <button
                  key={name}
                  type="button"
                  className={`button text-xs ${name === "Accept" && measurement.waits ? "font-semibold" : ""}`}
                  aria-label={`${name} ${each.tag}`}
                  disabled={busy}
                  onClick={act}
                >
                  {name === "Edit shape" ? "Edit" : name}
                </button>
              ),
          )}
        </div>
      )}
    </li>
  );
}
