import { LOOKS } from "./looks";
import type { Tagged } from "./Overlay";
import { Swatch } from "./Swatch";
import type { Light } from "./useLight";

export interface Lighting {
  light: Light;
  /** Scrolls its place on the page into view. */
  onShow: (each: Tagged) => void;
}

/** One item on the page: hovering or focusing highlights its place, clicking goes there. */
export function MarkLine({ each, light, onShow }: Lighting & { each: Tagged }) {
  const { mark, tag, colour } = each;
  const placed = mark.boxes.length > 0;
  const inside = (
    <>
      <span className="mt-0.5 inline-flex items-center gap-1">
        <Swatch colour={colour} dash={LOOKS[mark.layer].dash} />
        <span className="min-w-5 text-xs font-semibold">{tag}</span>
      </span>
      <span className="min-w-0 break-words">
        <span className={mark.struck ? "line-through" : ""}>{mark.label}</span>
        {mark.state && <span className="block text-xs text-retry">{mark.state}</span>}
        {mark.detail && <span className="block text-xs text-soft">{mark.detail}</span>}
        {!placed && <span className="block text-xs text-soft">no location on the page</span>}
      </span>
    </>
  );
  const shape = "flex w-full gap-2 rounded px-1 py-0.5 text-left";
  if (!placed) return <div className={shape}>{inside}</div>;
  return (
    <button
      type="button"
      className={`${shape} hover:bg-hover ${light.lit === mark.id ? "bg-mark" : ""}`}
      data-place={mark.id}
      onPointerEnter={() => light.onHover(mark.id)}
      onPointerLeave={() => light.onHover(null)}
      onFocus={() => light.onFocus(mark.id)}
      onBlur={() => light.onFocus(null)}
      onClick={() => onShow(each)}
    >
      {inside}
    </button>
  );
}

/** A list of items on the page. */
export function MarkLines({ marks, ...lighting }: Lighting & { marks: Tagged[] }) {
  return (
    <ul>
      {marks.map((each) => (
        <li key={each.mark.id}>
          <MarkLine each={each} {...lighting} />
        </li>
      ))}
    </ul>
  );
}

/** Shows or hides a layer. */
export function LayerSwitch(props: {
  colour: string;
  dash: string;
  name: string;
  count: number;
  on: boolean;
  onToggle: (on: boolean) => void;
}) {
  return (
    <label className="flex min-h-7 cursor-pointer items-center gap-2 font-medium">
      <input
        type="checkbox"
        checked={props.on}
        onChange={(event) => props.onToggle(event.target.checked)}
      />
      <Swatch colour={props.colour} dash={props.dash} />
      {props.name}
      <span className="ml-auto font-normal text-soft">{props.count}</span>
    </label>
  );
}
