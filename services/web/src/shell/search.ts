/**
 * The URL's query as plain names and values, repeated for lists: `?status=RETRY&status=FAILURE`.
 */

export type Search = Record<string, string | string[]>;

export function parseSearch(query: string): Search {
  const found: Search = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = found[name];
    found[name] = before === undefined ? value : [...[before].flat(), value];
  }
  return found;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== "") query.append(name, String(each));
    }
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** The values of a name that are in `allowed`, or all values if that is omitted. */
export function many<T extends string>(value: unknown, allowed?: readonly T[]): T[] {
  const values = [value ?? []].flat().filter((each): each is T => typeof each === "string");
  return allowed ? values.filter((each) => allowed.includes(each)) : values;
}

export function one(value: unknown): string | undefined {
  const first = [value].flat()[0];
  return typeof first === "string" && first !== "" ? first : undefined;
}

export function whole(value: unknown): number | undefined {
  const text = typeof value === "number" ? String(value) : one(value);
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

const EXACT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** A time as the API takes it. The database's microseconds are kept, which a Date has not. */
export function timeIn(value: unknown): string | undefined {
  const text = one(value) ?? "";
  const time = Date.parse(text);
  if (Number.isNaN(time)) return undefined;
  return EXACT.test(text) ? text : new Date(time).toISOString();
}
