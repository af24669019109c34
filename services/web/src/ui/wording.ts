/** Times, durations and ids as people read them. */

/** How long: `12 s`, `5 m`, `3 h`, `4 d`. */
export function ago(ms: number): string {
  const seconds = Math.max(Math.floor(ms / 1000), 0);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `0:42`, `4:05`, `2:04:05`; never below zero. */
export function countdown(ms: number): string {
  const seconds = Math.max(Math.ceil(ms / 1000), 0);
  const two = (n: number) => String(n).padStart(2, "0");
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

/** The time of day with milliseconds, in this machine's zone. */
export function clock(time: string): string {
  const date = new Date(time);
  return `${date.toLocaleTimeString("en-GB")}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** Date, time with milliseconds, and zone. */
export function exact(time: string): string {
  return new Date(time).toISOString().replace("T", " ").replace("Z", " UTC");
}

/** The end of an id: UUIDv7s of the same minute begin alike. */
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

const NUMBER = new Intl.NumberFormat("en-US");

/** `10,000`. */
export function number(value: number): string {
  return NUMBER.format(value);
}
