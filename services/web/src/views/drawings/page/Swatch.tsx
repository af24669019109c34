/** A sample of a mark, as drawn on the page. */
export function Swatch(props: { colour: string; dash?: string; letter?: string }) {
  return (
    <svg viewBox="0 0 20 16" className="h-4 w-5 shrink-0 rounded-sm" aria-hidden="true">
      <rect width="20" height="16" fill="#fff" />
      <rect
        x="2.5"
        y="2.5"
        width="15"
        height="11"
        fill={props.colour}
        fillOpacity={props.letter ? 1 : 0.12}
        stroke={props.colour}
        strokeWidth="1.5"
        strokeDasharray={props.dash ?? ""}
      />
      {props.letter && (
        <text x="10" y="11.5" fontSize="10" fontWeight="700" textAnchor="middle" fill="#fff">
          {props.letter}
        </text>
      )}
    </svg>
  );
}
