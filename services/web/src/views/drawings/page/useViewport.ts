/** Moving and zooming a page with pointer, wheel, touch or keys. */
import {
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { usePlace } from "./usePlace";
import {
  type Box,
  distance,
  fitted,
  moved,
  onPage,
  type Point,
  type Size,
  shown,
  type Viewport,
  zoomed,
} from "./viewport";

const STEP_PX = 60;
const ZOOM_STEP = 1.25;
/** A pointer that moves less than this is a click. */
const CLICK_PX = 5;

export interface Looking {
  view: Viewport;
  screen: Size;
  zoom: (by: number) => void;
  fit: () => void;
  show: (box: Box) => void;
  /** The page's point at the centre of the screen. */
  middle: () => Point;
  handlers: {
    onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  };
}

/**
 * The viewport of a page. It starts at `place` or with the whole page; `onPlace` is called with
 * the new place once it rests, null for the whole page. A different `place` moves the viewport.
 */
export function useViewport(
  element: RefObject<HTMLElement | null>,
  page: Size,
  place: string | undefined,
  onPlace: (place: string | undefined) => void,
  onClick: (at: Point, event: PointerEvent<HTMLElement>, zoom: number) => void,
): Looking {
  const [screen, setScreen] = useState<Size>({ width: 0, height: 0 });
  // Null: the whole page, whatever the screen's size.
  const [chosen, setChosen] = useState<Viewport | null>(null);
  const view = chosen ?? fitted(page, screen);
  usePlace({ page, screen, place, onPlace, chosen, setChosen });
  const now = useRef({ view, screen, page });
  useLayoutEffect(() => {
    now.current = { view, screen, page };
  });

  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return;
    const measure = () => setScreen({ width: target.clientWidth, height: target.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);

  const change = useCallback((next: (view: Viewport, page: Size, screen: Size) => Viewport) => {
    setChosen((before) => {
      const { page: size, screen: room } = now.current;
      return next(before ?? fitted(size, room), size, room);
    });
  }, []);
  const zoomAt = useCallback(
    (by: number, at?: Point) =>
      change((before, size, room) =>
        zoomed(before, by, at ?? { x: room.width / 2, y: room.height / 2 }, size, room),
      ),
    [change],
  );

  // React's wheel listeners are passive and cannot prevent scrolling.
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      const { left, top } = target.getBoundingClientRect();
      const at = { x: event.clientX - left, y: event.clientY - top };
      if (event.shiftKey)
        change((before, size, room) => moved(before, -event.deltaY * lines, 0, size, room));
      else zoomAt(Math.exp(-event.deltaY * lines * 0.0015), at);
    };
    target.addEventListener("wheel", wheel, { passive: false });
    return () => target.removeEventListener("wheel", wheel);
  }, [element, change, zoomAt]);

  const pointers = useRef(new Map<number, Point>());
  const travelled = useRef(0);
  const at = (event: PointerEvent<HTMLElement>): Point => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const lift = (event: PointerEvent<HTMLElement>) => pointers.current.delete(event.pointerId);

  return {
    view,
    screen,
    zoom: zoomAt,
    fit: useCallback(() => setChosen(null), []),
    show: useCallback((box: Box) => change((_, size, room) => shown(box, size, room)), [change]),
    middle: useCallback(() => {
      const { view: seen, screen: room, page: size } = now.current;
      return onPage(seen, { x: room.width / 2, y: room.height / 2 }, size);
    }, []),
    handlers: {
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        if (pointers.current.size === 0) travelled.current = 0;
        pointers.current.set(event.pointerId, at(event));
      },
      onPointerMove: (event) => {
        const before = pointers.current.get(event.pointerId);
        if (before === undefined) return;
        const after = at(event);
        travelled.current += distance(before, after);
        const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
        pointers.current.set(event.pointerId, after);
        if (other) {
          const by = distance(after, other) / Math.max(distance(before, other), 1);
          zoomAt(by, { x: (after.x + other.x) / 2, y: (after.y + other.y) / 2 });
        } else if (travelled.current > CLICK_PX) {
          change((seen, size, room) =>
            moved(seen, after.x - before.x, after.y - before.y, size, room),
          );
        }
      },
      onPointerUp: (event) => {
        const alone = pointers.current.size === 1;
        if (lift(event) && alone && travelled.current <= CLICK_PX)
          onClick(onPage(view, at(event), page), event, view.zoom);
      },
      onPointerCancel: lift,
      onKeyDown: (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const move = (dx: number, dy: number) =>
          change((seen, size, room) => moved(seen, dx, dy, size, room));
        const keys: Record<string, () => void> = {
          ArrowLeft: () => move(STEP_PX, 0),
          ArrowRight: () => move(-STEP_PX, 0),
          ArrowUp: () => move(0, STEP_PX),
          ArrowDown: () => move(0, -STEP_PX),
          "+": () => zoomAt(ZOOM_STEP),
          "=": () => zoomAt(ZOOM_STEP),
          "-": () => zoomAt(1 / ZOOM_STEP),
          "0": () => setChosen(null),
        };
        const act = keys[event.key];
        if (!act) return;
        act();
        event.preventDefault();
      },
    },
  };
}
