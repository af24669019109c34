/** Formats times, durations and ids for people. */

import { minutesEast, type Zone, zoneChosen } from "./zone";

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

/** Date and time of day in the chosen zone: `2026-11-24T04:05:06.007`. */
function inZone(time: string | number | Date, of: Zone = zoneChosen()): string {
  const ms = new Date(time).getTime() + minutesEast(time, of) * 60_000;
  return new Date(ms).toISOString().slice(0, -1);
}

/** The time of day with milliseconds, without its zone. */
export function clock(time: string | number | Date): string {
  return inZone(time).slice(11);
}

/**
 * A time relative to `now`, with its zone: with its day if it is another day, with its year if it is
 * another year.
 */
export function moment(time: string | number, now: number = Date.now()): string {
  const at = inZone(time);
  const today = inZone(now);
  const says =
    at.slice(0, 10) === today.slice(0, 10)
      ? at.slice(11)
      : at.slice(0, 4) === today.slice(0, 4)
        ? `${at.slice(5, 10)} ${at.slice(11, 19)}`
        : `${at.slice(0, 10)} ${at.slice(11, 16)}`;
  return `${says} ${zone(time)}`;
}

/** As `moment`, to the second today and to the minute on other days. */
export function brief(time: string, now: number): string {
  const at = inZone(time);
  const today = inZone(now);
  const says =
    at.slice(0, 10) === today.slice(0, 10)
      ? at.slice(11, 19)
      : at.slice(at.slice(0, 4) === today.slice(0, 4) ? 5 : 0, 16).replace("T", " ");
  return `${says} ${zone(time)}`;
}

/** `2026-11-24`. */
export function day(time: string | number | Date): string {
  return inZone(time).slice(0, 10);
}

/** Date and time with milliseconds, without their zone. */
export function dateTime(time: string | number): string {
  return inZone(time).replace("T", " ");
}

/** The chosen zone, or the one given, at that time: `UTC`, `UTC+5:30`. */
export function zone(time: string | number | Date, of: Zone = zoneChosen()): string {
  const east = minutesEast(time, of);
  if (east === 0) return "UTC";
  const minutes = Math.abs(east) % 60;
  const hours = Math.floor(Math.abs(east) / 60);
  return `UTC${east < 0 ? "−" : "+"}${hours}${minutes === 0 ? "" : `:${two(minutes)}`}`;
}

/** Date, time with milliseconds and zone. */
export function dated(time: string | number, of: Zone = zoneChosen()): string {
  return `${inZone(time, of).replace("T", " ")} ${zone(time, of)}`;
}

/** As `dated`, followed by the same time in the other zone, if that differs. */
export function exact(time: string): string {
  const here = dated(time);
  const other = dated(time, zoneChosen() === "utc" ? "local" : "utc");
  return here === other ? here : `${here} (${other})`;
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
