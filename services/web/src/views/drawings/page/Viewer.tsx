import {
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useImperativeHandle,
  useRef,
} from "react";
import { imageOf, type PageDetail } from "../queries";
import type { Mark } from "./marks";
import { Overlay, type Tagged } from "./Overlay";
import { useViewport } from "./useViewport";
import type { Box, Point, Size } from "./viewport";

export interface ViewerHandle {
  show: (box: Box) => void;
}

const SCREEN_WIDTH = 1920;

/** The page's image with its layers, zoomable and movable. */
export function Viewer(props: {
  page: PageDetail;
  words: Mark[];
  tagged: Tagged[];
  lit: Tagged | null;
  onHover: (id: string | null) => void;
  /** The viewport in the URL. */
  place: string | undefined;
  onPlace: (place: string | undefined) => void;
  /**
   * While points are requested: called with each chosen point of the page, and with the screen
   * pixels per page pixel.
   */
  onPoint: ((at: Point, straight: boolean, zoom: number) => void) | null;
  /**
   * Drawn over everything else, in the page's pixels; called with the screen pixels per page pixel.
   */
  drawn: (zoom: number) => ReactNode;
  handle: RefObject<ViewerHandle | null>;
}) {
  const { page, onPoint } = props;
  const element = useRef<HTMLElement>(null);
  const size: Size = { width: page.width_px, height: page.height_px };
  const click = (at: Point, event: PointerEvent<HTMLElement>, seen: number) =>
    onPoint?.(at, event.shiftKey, seen);
  const looking = useViewport(element, size, props.place, props.onPlace, click);
  const { view, zoom, fit, show, middle, handlers } = looking;
  useImperativeHandle(props.handle, () => ({ show }), [show]);

  const across = size.width * view.zoom * devicePixelRatio;
  const whole = across > SCREEN_WIDTH && size.width > SCREEN_WIDTH;
  return (
    <div className="relative h-full overflow-hidden bg-hover">
      <section
        ref={element}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved and zoomed by keys
        tabIndex={0}
        aria-label={`Page image. Arrow keys move it, plus and minus zoom, 0 fits the page${
          onPoint ? ", Enter picks the point at the center" : ""
        }`}
        data-viewer
        className={`group absolute inset-0 touch-none overflow-hidden focus-visible:outline-offset-[-2px] ${
          onPoint ? "cursor-crosshair" : "cursor-grab active:cursor-grabbing"
        }`}
        {...handlers}
        onKeyDown={(event) => {
          if (onPoint && event.key === "Enter") {
            onPoint(middle(), event.shiftKey, view.zoom);
            event.preventDefault();
          } else handlers.onKeyDown(event);
        }}
      >
        <div
          className="absolute bg-[#fff] shadow-raised [color-scheme:light]"
          style={{
            left: view.x,
            top: view.y,
            width: size.width * view.zoom,
            height: size.height * view.zoom,
          }}
          data-paper
        >
          <img
            src={imageOf(page.id, 1920)}
            alt={page.title ?? `Page ${page.number}`}
            draggable={false}
            className="absolute inset-0 size-full"
          />
          {whole && (
            <img
              src={imageOf(page.id)}
              alt=""
              draggable={false}
              className="absolute inset-0 size-full"
            />
          )}
          <Overlay
            page={size}
            zoom={view.zoom}
            words={props.words}
            tagged={props.tagged}
            lit={props.lit}
            onHover={props.onHover}
          >
            {props.drawn(view.zoom)}
          </Overlay>
        </div>
        {onPoint && (
          <svg
            viewBox="0 0 24 24"
            className="pointer-events-none absolute top-1/2 left-1/2 hidden size-6 -translate-1/2 text-failure group-focus-visible:block"
            aria-hidden="true"
          >
            <path d="M12 0V24M0 12H24" stroke="currentColor" strokeWidth="1.5" />
          </svg>
        )}
      </section>
      <div className="absolute right-2 bottom-2 flex gap-1">
        <button
          type="button"
          className="button"
          onClick={() => zoom(1 / 1.5)}
          aria-label="Zoom out"
        >
          −
        </button>
        <button type="button" className="button" onClick={fit} title="Fit page (0)">
          {Math.round(view.zoom * 100)} %
        </button>
        <button type="button" className="button" onClick={() => zoom(1.5)} aria-label="Zoom in">
          +
        </button>
      </div>
    </div>
  );
}
