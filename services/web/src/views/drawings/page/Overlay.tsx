import { memo, type ReactNode } from "react";
import { LOOKS } from "./looks";
import type { Mark } from "./marks";
import { placedTags } from "./tags";
import type { Size } from "./viewport";

export interface Tagged {
  mark: Mark;
  /** The number or letter of the mark in the panel. */
  tag: string;
  colour: string;
}

/** The layers over the page, in the page's pixels. */
export function Overlay(props: {
  page: Size;
  zoom: number;
  words: Mark[];
  tagged: Tagged[];
  lit: Tagged | null;
  onHover: (id: string | null) => void;
  children?: ReactNode;
}) {
  const { page, lit } = props;
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: the panel beside the page tells of what is in it
    <svg
      viewBox={`0 0 ${page.width} ${page.height}`}
      className="absolute inset-0 size-full"
      data-overlay
    >
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing of it takes the focus */}
      <g aria-hidden="true">
        <Words marks={props.words} />
        <Shapes tagged={props.tagged} onHover={props.onHover} />
        {lit && (
          <g pointerEvents="none" data-lit={lit.mark.id}>
            <Shape each={lit} strong />
          </g>
        )}
        <Tags tagged={props.tagged} zoom={props.zoom} page={page} />
      </g>
      {props.children}
    </svg>
  );
}

const Words = memo(function Words({ marks }: { marks: Mark[] }) {
  const { colour } = LOOKS.words;
  return (
    <g data-layer={marks.length > 0 ? "words" : undefined}>
      {marks.map((mark) => {
        const [left, top, right, bottom] = mark.boxes[0] ?? [0, 0, 0, 0];
        return (
          <rect
            key={mark.id}
            x={left}
            y={top}
            width={right - left}
            height={bottom - top}
            fill={colour}
            fillOpacity={0.08}
            stroke={colour}
            strokeWidth={1}
            vectorEffect="non-scaling-stroke"
          >
            <title>{`${mark.label} (${mark.detail})`}</title>
          </rect>
        );
      })}
    </g>
  );
});

const Shapes = memo(function Shapes(props: {
  tagged: Tagged[];
  onHover: (id: string | null) => void;
}) {
  return props.tagged.map((each) => (
    <g
      key={each.mark.id}
      data-layer={each.mark.layer}
      data-mark={each.mark.id}
      onPointerEnter={() => props.onHover(each.mark.id)}
      onPointerLeave={() => props.onHover(null)}
    >
      <title>{`${each.tag} ${each.mark.label}`}</title>
      <Shape each={each} strong={false} />
    </g>
  ));
});

function Shape({ each, strong }: { each: Tagged; strong: boolean }) {
  const { mark, colour } = each;
  const line = {
    stroke: colour,
    strokeWidth: strong ? 4 : 2,
    vectorEffect: "non-scaling-stroke",
    strokeDasharray: mark.faint ? "5 5" : strong ? "" : LOOKS[mark.layer].dash,
    fill: colour,
  };
  if (mark.path !== undefined) {
    const inside = mark.filled ? (strong ? 0.35 : mark.faint ? 0.06 : 0.18) : 0;
    return <path d={mark.path} {...line} fillOpacity={inside} fillRule="evenodd" />;
  }
  return mark.boxes.map(([left, top, right, bottom]) => (
    <rect
      key={`${left},${top},${right}`}
      x={left - 2}
      y={top - 2}
      width={right - left + 4}
      height={bottom - top + 4}
      fillOpacity={strong ? 0.25 : 0.05}
      {...line}
    />
  ));
}

const TAG_PX = 14;

/** The number or letter of each mark at one of its corners, at the same size on every zoom. */
const Tags = memo(function Tags(props: { tagged: Tagged[]; zoom: number; page: Size }) {
  const { tagged, zoom } = props;
  const size = TAG_PX / zoom;
  const colours = new Map(tagged.map(({ mark, tag, colour }) => [mark.id, { tag, colour }]));
  const labelled = tagged.flatMap(({ mark, tag }) =>
    mark.boxes.slice(0, 1).map((box) => ({ id: mark.id, tag, box })),
  );
  return (
    <g pointerEvents="none">
      {placedTags(labelled, size, props.page).map(({ id, x, y, width }) => (
        <g key={id}>
          <rect x={x} y={y} width={width} height={size} fill={colours.get(id)?.colour} />
          <text
            x={x + width / 2}
            y={y + size * 0.78}
            fontSize={size * 0.8}
            fontWeight="700"
            textAnchor="middle"
            fill="#fff"
          >
            {colours.get(id)?.tag}
          </text>
        </g>
      ))}
    </g>
  );
});
