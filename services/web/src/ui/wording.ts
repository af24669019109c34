/** Formats times, durations and ids for people. */

const two = (n: number) => String(n).padStart(2, "0");

/** An approximate duration: `12 s`, `5 min`, `3 h`, `4 d`. */
export function ago(ms: number): string {
  const seconds = Math.max(Math.floor(ms / 1000), 0);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `0:42`, `4:05`, `2:04:05`; never below zero. */
export function countdown(ms: number): string {
  const seconds = Math.max(Math.ceil(ms / 1000), 0);
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

/** `85 ms`, `0.8 s`, `12.3 s`, `4:05`, `2:04:05`. */
export function duration(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return countdown(Math.floor(ms / 1000) * 1000);
}

/** The time of day with milliseconds, in the local zone. */
export function clock(time: string): string {
  const date = new Date(time);
  return `${toSecond(date)}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

function toSecond(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/**
 * A time relative to `now`: with its day if it is another day, with its year if it is another year.
 */
export function moment(time: string, now: number = Date.now()): string {
  const date = new Date(time);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return clock(time);
  if (date.getFullYear() === today.getFullYear()) return `${day(date).slice(5)} ${toSecond(date)}`;
  return `${day(date)} ${toSecond(date).slice(0, 5)}`;
}

/** `2026-11-24`, in this machine's zone. */
export function day(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Date and time with milliseconds, in this machine's zone. */
export function local(time: string): string {
  return `${day(new Date(time))} ${clock(time)}`;
}

/** The local zone at that time: `UTC`, `UTC+5:30`. */
export function zone(time: string | number): string {
  const east = -new Date(time).getTimezoneOffset();
  if (east === 0) return "UTC";
  const minutes = Math.abs(east) % 60;
  const hours = Math.floor(Math.abs(east) / 60);
  return `UTC${east < 0 ? "−" : "+"}${hours}${minutes === 0 ? "" : `:${two(minutes)}`}`;
}

/** Date, time with milliseconds and zone; also in UTC if the local zone is another. */
export function exact(time: string): string {
  const utc = new Date(time).toISOString().replace("T", " ").replace("Z", " UTC");
  const here = `${local(time)} ${zone(time)}`;
  return here === utc ? utc : `${here} (${utc})`;
}

/** The end of an id, because UUIDv7s of the same minute begin alike. */
export function short(id: string): string {
  return `…${id.slice(-8)}`;
}

export function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isTaskId(text: string): boolean {
  return UUID.test(text.trim());
}

/** A class name without its modules. */
export function className(type: string): string {
  return type.slice(type.lastIndexOf(".") + 1);
}

const NUMBER = new Intl.NumberFormat("en-US");

/** `10,000`. */
export function number(value: number): string {
  return NUMBER.format(value);
}

/** `1 page`, `10,000 pages`. */
export function counted(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A result in one line, without ids and nested values. */
export function resultSays(result: unknown): string {
  if (typeof result !== "object" || result === null) return plain(result) ?? "";
  if (Array.isArray(result)) return plain(result) ?? JSON.stringify(result);
  const told = Object.entries(result).flatMap(([key, value]) => {
    const name = key.replaceAll("_", " ");
    if (typeof value === "boolean") return value ? name : `not ${name}`;
    const text = plain(value);
    return text === null ? [] : `${name} ${text}`;
  });
  if (told.length > 0) return told.join(" · ");
  const nested = Object.entries(result).flatMap(([key, value]) => {
    const names = typeof value === "object" && value !== null ? Object.keys(value) : [];
    return names.length > 0 ? `${key.replaceAll("_", " ")} ${names.join(", ")}` : [];
  });
  return nested.length > 0 ? nested.join(" · ") : JSON.stringify(result);
}

/** Null for values that do not fit a line. */
function plain(value: unknown): string | null {
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return value === "" || isTaskId(value) ? null : firstLine(value);
  if (!Array.isArray(value) || value.length === 0) return null;
  const parts = value.map(plain);
  return parts.includes(null) ? null : parts.join(", ");
}
