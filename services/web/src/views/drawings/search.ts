/** What the drawings view shows, as it stands in the address. */
import { many, one } from "../../shell/search";

/** What can be laid over a page. */
export const LAYERS = ["words", "title", "scale", "class", "measured"] as const;
export type Layer = (typeof LAYERS)[number];

export interface DrawingsSearch {
  /** What the names of the documents hold that are shown. */
  find?: string | undefined;
  /** The page that is opened. */
  page?: string | undefined;
  /** What is laid over it; without it, what was measured. `none` for nothing. */
  on?: Layer[] | "none" | undefined;
  /** Where on the page one looks; without it, at all of it. */
  at?: string | undefined;
  /** Pages that are selected. */
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

/** A point of the page in its own pixels, and how many pixels of the screen one of them takes. */
export interface Place {
  x: number;
  y: number;
  zoom: number;
}

/** The place that an address names: `x,y,zoom`. */
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
