import { type FormEvent, useState } from "react";
import { answered } from "../../../client";
import { useCorrections } from "../corrections";
import type { Measurement } from "../queries";
import { type Lighting, MarkLine } from "./MarkLine";
import type { Tagged } from "./Overlay";

type Review = Measurement["review"];

/** One measurement with its actions. */
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
  const [labelling, setLabelling] = useState(false);
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
  const label = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = String(new FormData(event.currentTarget).get("label")).trim();
    const stored = await change(`label ${each.tag}`, (client) =>
      answered(
        client.PATCH("/measurements/{measurement_id}", {
          params: { path },
          body: { label: given },
        }),
      ),
    );
    if (stored) setLabelling(false);
  };
  const acts: [name: string, act: (() => void) | null][] = [
    ["Accept", measurement.review === "accepted" ? null : review("accepted")],
    ["Reject", measurement.review === "rejected" ? null : review("rejected")],
    ["Edit shape", onEdit],
    ["Label", () => setLabelling(!labelling)],
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
      {labelling && (
        <form onSubmit={(event) => void label(event)} className="flex gap-1 pb-1 pl-13">
          <input
            name="label"
            aria-label={`Label of ${each.tag}`}
            placeholder="OFFICE 101"
            maxLength={200}
            className="field min-w-0 flex-1"
            defaultValue={measurement.label ?? ""}
            // biome-ignore lint/a11y/noAutofocus: it was asked for by the button before it
            autoFocus
          />
          <button type="submit" className="button text-xs font-semibold" disabled={busy}>
            Save
          </button>
        </form>
      )}
    </li>
  );
}
