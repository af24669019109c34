import type { PageDetail } from "../queries";
import type { Layer } from "../search";
import { LOOKS } from "./looks";
import { LayerSwitch, type Lighting, MarkLines } from "./MarkLine";
import type { Tagged } from "./Overlay";

const GROUPS = ["title", "scale", "class"] as const;
const NOTHING: Record<(typeof GROUPS)[number], string> = {
  title: "No sheet number or title found.",
  scale: "Detect the scale to see its evidence.",
  class: "Classify the page to see its evidence.",
};

/** The evidence for statements about the page, with its places. */
export function Evidence(
  props: Lighting & {
    page: PageDetail;
    words: number;
    evidence: Tagged[];
    layers: Layer[];
    onToggle: (layer: Layer, on: boolean) => void;
  },
) {
  const { evidence, layers, onToggle, page } = props;
  return (
    <section aria-labelledby="evidence" className="grid grid-cols-[minmax(0,1fr)] gap-3 px-4 py-3">
      <h2 id="evidence" className="font-semibold">
        Evidence
      </h2>
      <LayerSwitch
        {...LOOKS.words}
        count={props.words}
        on={layers.includes("words")}
        onToggle={(on) => onToggle("words", on)}
      />
      {GROUPS.map((layer) => {
        const marks = evidence.filter((each) => each.mark.layer === layer);
        return (
          <div key={layer}>
            <LayerSwitch
              {...LOOKS[layer]}
              count={marks.length}
              on={layers.includes(layer)}
              onToggle={(on) => onToggle(layer, on)}
            />
            {layer === "scale" &&
              page.scale_detection?.reasons.map((reason) => (
                <p key={reason} className="text-xs text-retry">
                  {reason}
                </p>
              ))}
            {marks.length === 0 ? (
              <p className="text-xs text-soft">{NOTHING[layer]}</p>
            ) : (
              <MarkLines marks={marks} light={props.light} onShow={props.onShow} />
            )}
          </div>
        );
      })}
    </section>
  );
}
