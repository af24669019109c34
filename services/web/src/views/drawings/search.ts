/** The state of the drawings view in the URL. */
import { many, one } from "../../shell/search";

/** The layers of a page. */
export const LAYERS = ["words", "title", "scale", "class", "measured"] as const;
export type Layer = (typeof LAYERS)[number];

export interface DrawingsSearch {
  /** The filter on document names. */
  find?: string | undefined;
  /** The open page. */
  page?: string | undefined;
  /** The visible layers. Default: measurements. `none` for no layer. */
  on?: Layer[] | "none" | undefined;
  /** The viewport. Default: the whole page. */
  at?: string | undefined;
  /** Selected pages. */
  pick?: string[] | undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function drawingsSearch(search: Record<string, unknown>): DrawingsSearch {
  const page = one(search.page);
  const at = one(search.at);
  const on = many(search.on, LAYERS);
  const pick = [...new Set(many(search.pick).filter((id) => UUID.test(id)))].slice(0, 500);
  return {
    find: one(search.find)?.slice(0, 300),
    page: page && UUID.test(page) ? page : undefined,
    on: on.length > 0 ? on : one(search.on) === "none" ? "none" : undefined,
    at: page && at && placeOf(at) ? at : undefined,
    pick: pick.length > 0 ? pick : undefined,
  };
}

/** A point in page pixels, and the screen pixels per page pixel. */
export interface Place {
  x: number;
  y: number;
  zoom: number;
}

/** Parse a place in a URL: `x,y,zoom`. */
export function placeOf(at: string): Place | null {
  if (!/^\d{1,6},\d{1,6},\d{1,2}(\.\d{1,4})?$/.test(at)) return null;
  const [x = 0, y = 0, zoom = 0] = at.split(",").map(Number);
  return zoom > 0 ? { x, y, zoom } : null;
}

export function addressOf({ x, y, zoom }: Place): string {
  const whole = (value: number) => Math.max(Math.round(value), 0);
  return `${whole(x)},${whole(y)},${Math.max(Number(zoom.toFixed(4)), 0.0001)}`;
}

export function layersOf(search: DrawingsSearch): Layer[] {
  if (search.on === "none") return [];
  return search.on ?? ["measured"];
}

export function withLayer(search: DrawingsSearch, layer: Layer, on: boolean): DrawingsSearch {
  const now = layersOf(search);
  const next = LAYERS.filter((each) => (each === layer ? on : now.includes(each)));
  return { ...search, on: next.length > 0 ? next : "none" };
}

export function withPicked(search: DrawingsSearch, id: string): DrawingsSearch {
  const now = search.pick ?? [];
  const next = now.includes(id) ? now.filter((each) => each !== id) : [...now, id];
  return { ...search, pick: next.length > 0 ? next : undefined };
}
