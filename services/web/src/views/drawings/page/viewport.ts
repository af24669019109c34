/** The geometry of the viewport. */

export interface Size {
  width: number;
  height: number;
}
export interface Point {
  x: number;
  y: number;
}
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** Screen pixels per page pixel, and the screen position of the page's top left corner. */
export interface Viewport {
  zoom: number;
  x: number;
  y: number;
}

const MOST_ZOOM = 8;
const MARGIN = 16;

/** The whole page, centred on the screen. */
export function fitted(page: Size, screen: Size): Viewport {
  return around([0, 0, page.width, page.height], screen, MARGIN);
}

/** The box centred on the screen, with this margin in screen pixels. */
export function around(box: Box, screen: Size, margin: number): Viewport {
  const width = Math.max(box[2] - box[0], 1);
  const height = Math.max(box[3] - box[1], 1);
  const zoom = Math.min(
    Math.max(screen.width - 2 * margin, 1) / width,
    Math.max(screen.height - 2 * margin, 1) / height,
  );
  return {
    zoom,
    x: screen.width / 2 - ((box[0] + box[2]) / 2) * zoom,
    y: screen.height / 2 - ((box[1] + box[3]) / 2) * zoom,
  };
}

/** The box at a readable size, at most at full size. */
export function shown(box: Box, page: Size, screen: Size): Viewport {
  const close = around(box, screen, Math.min(screen.width, screen.height) / 4);
  const least = fitted(page, screen).zoom;
  const zoom = Math.min(Math.max(close.zoom, least), 1.5);
  const centre = { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 };
  return kept(
    { zoom, x: screen.width / 2 - centre.x * zoom, y: screen.height / 2 - centre.y * zoom },
    page,
    screen,
  );
}

/** Zoomed by `by`, keeping the page's point at the screen position `at`. */
export function zoomed(view: Viewport, by: number, at: Point, page: Size, screen: Size): Viewport {
  const least = fitted(page, screen).zoom / 2;
  const zoom = Math.min(Math.max(view.zoom * by, least), MOST_ZOOM);
  const factor = zoom / view.zoom;
  return kept(
    { zoom, x: at.x - (at.x - view.x) * factor, y: at.y - (at.y - view.y) * factor },
    page,
    screen,
  );
}

export function moved(view: Viewport, dx: number, dy: number, page: Size, screen: Size): Viewport {
  return kept({ ...view, x: view.x + dx, y: view.y + dy }, page, screen);
}

/** The page's point at the centre of the screen. */
export function centred(zoom: number, at: Point, page: Size, screen: Size): Viewport {
  const close = Math.min(zoom, MOST_ZOOM);
  return kept(
    { zoom: close, x: screen.width / 2 - at.x * close, y: screen.height / 2 - at.y * close },
    page,
    screen,
  );
}

/** Keeps at least a part of the page on the screen. */
function kept(view: Viewport, page: Size, screen: Size): Viewport {
  const within = (at: number, length: number, room: number) => {
    const seen = Math.min(length, room) / 4;
    return Math.min(Math.max(at, seen - length), room - seen);
  };
  return {
    zoom: view.zoom,
    x: within(view.x, page.width * view.zoom, screen.width),
    y: within(view.y, page.height * view.zoom, screen.height),
  };
}

/** The page's point at a screen position, clipped to the page. */
export function onPage(view: Viewport, at: Point, page: Size): Point {
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  return {
    x: within((at.x - view.x) / view.zoom, page.width),
    y: within((at.y - view.y) / view.zoom, page.height),
  };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** `to` snapped to the nearer of the horizontal and vertical lines through `from`. */
export function straightened(from: Point, to: Point): Point {
  return Math.abs(to.x - from.x) >= Math.abs(to.y - from.y)
    ? { x: to.x, y: from.y }
    : { x: from.x, y: to.y };
}
