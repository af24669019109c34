import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import type { Measurement } from "../queries";
import {
  editable,
  type Handle,
  handlesOf,
  movedBy,
  nameOf,
  stepOf,
  withHandleAt,
  withoutPoint,
} from "./handles";
import { outline } from "./shapes";
import type { Drawn } from "./tools";
import type { Point, Size } from "./viewport";

const RADIUS_PX = 7;
const COLOUR = "#a8261c";

type Grip = { handle: Handle | null; from: Point; shape: Drawn };

/** A measured shape with handles for editing; stored when a handle is released. */
export function EditShape(props: {
  measurement: Measurement;
  page: Size;
  zoom: number;
  busy: boolean;
  onSave: (shape: Drawn) => Promise<boolean>;
}) {
  const { page, zoom, busy } = props;
  const stored = editable(props.measurement);
  const [grip, setGrip] = useState<Grip | null>(null);
  // A released handle keeps its position until the shape is stored.
  const [draft, setDraft] = useState<Drawn | null>(null);
  const shape = draft ?? stored;
  const drawn = outline(shape.geometry_type, shape.geometry);

  const at = (event: PointerEvent<SVGElement>): Point => {
    const { left, top } = (
      event.currentTarget.ownerSVGElement ?? event.currentTarget
    ).getBoundingClientRect();
    const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
    return {
      x: within((event.clientX - left) / zoom, page.width),
      y: within((event.clientY - top) / zoom, page.height),
    };
  };
  // Keys may change the shape again before it is stored.
  const newest = useRef<Drawn | null>(null);
  const save = async (next: Drawn) => {
    newest.current = next;
    setDraft(next);
    await props.onSave(next);
    if (newest.current === next) setDraft(null);
  };
  const gripped = (handle: Handle | null) => ({
    onPointerDown: (event: PointerEvent<SVGElement>) => {
      if (event.button !== 0 || busy || draft !== null) return;
      event.stopPropagation();
      event.currentTarget.setPointerCapture(event.pointerId);
      setGrip({ handle, from: at(event), shape: stored });
    },
    onPointerMove: (event: PointerEvent<SVGElement>) => {
      if (grip === null) return;
      event.stopPropagation();
      const to = at(event);
      setDraft(
        grip.handle
          ? withHandleAt(grip.shape, grip.handle, to)
          : movedBy(grip.shape, to.x - grip.from.x, to.y - grip.from.y, page),
      );
    },
    onPointerUp: (event: PointerEvent<SVGElement>) => {
      if (grip === null) return;
      event.stopPropagation();
      setGrip(null);
      if (draft !== null) void save(draft);
    },
    onPointerCancel: () => {
      setGrip(null);
      setDraft(null);
    },
  });
  const within = (point: Point): Point => ({
    x: Math.min(Math.max(point.x, 0), page.width),
    y: Math.min(Math.max(point.y, 0), page.height),
  });
  const moved = useRef(false);
  const store = () => {
    if (moved.current && draft !== null) void save(draft);
    moved.current = false;
  };
  // Arrow keys move the focused handle, and releasing them stores the shape, so that holding a key
  // is one change.
  const keyed = (handle: Handle | null) => ({
    tabIndex: 0,
    role: "button",
    "aria-label": handle ? nameOf(handle) : "Whole shape",
    onKeyDown: (event: KeyboardEvent<SVGElement>) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = stepOf(event.key, event.shiftKey);
      const deletes = event.key === "Delete" || event.key === "Backspace";
      const fewer = deletes && handle ? withoutPoint(shape, handle) : null;
      if (step && !handle?.between) {
        moved.current = true;
        setDraft(
          handle
            ? withHandleAt(
                shape,
                handle,
                within({ x: handle.at.x + step.x, y: handle.at.y + step.y }),
              )
            : movedBy(shape, step.x, step.y, page),
        );
      } else if (fewer) void save(fewer);
      else if (event.key === "Enter" && handle?.between) {
        void save(withHandleAt(shape, handle, handle.at));
      } else if (event.key === "Escape" && moved.current) {
        moved.current = false;
        setDraft(null);
      } else if (!deletes) return;
      event.preventDefault();
      event.stopPropagation();
    },
    onKeyUp: (event: KeyboardEvent<SVGElement>) => {
      if (stepOf(event.key, false)) store();
    },
    onBlur: () => store(),
  });
  return (
    <g stroke={COLOUR} strokeWidth={2} data-editing={props.measurement.id}>
      {drawn && (
        <path
          d={drawn.path}
          fill={drawn.filled ? COLOUR : "none"}
          fillOpacity={0.15}
          fillRule="evenodd"
          vectorEffect="non-scaling-stroke"
          pointerEvents={drawn.filled ? "all" : "stroke"}
          className="cursor-move"
          data-body
          {...gripped(null)}
          {...keyed(null)}
        />
      )}
      {handlesOf(shape).map((handle) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: its role is among what `keyed` gives it
        <circle
          key={`${handle.ring} ${handle.index} ${handle.between}`}
          cx={handle.at.x}
          cy={handle.at.y}
          r={(handle.between ? RADIUS_PX - 3 : RADIUS_PX) / zoom}
          fill={handle.between ? COLOUR : "#fff"}
          fillOpacity={handle.between ? 0.5 : 1}
          vectorEffect="non-scaling-stroke"
          className="cursor-crosshair"
          data-handle={handle.between ? undefined : handle.index}
          data-between={handle.between ? handle.index : undefined}
          {...gripped(handle)}
          {...keyed(handle)}
          onDoubleClick={() => {
            const fewer = withoutPoint(stored, handle);
            if (fewer !== null && !busy) void save(fewer);
          }}
        />
      ))}
    </g>
  );
}
