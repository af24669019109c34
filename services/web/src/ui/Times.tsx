import { useNow, useNowWhile } from "./now";
import { ago, countdown, duration, exact } from "./wording";

/** How long ago something was; the exact time in a title. */
export function Ago({ time }: { time: string }) {
  const now = useNow();
  return (
    <time dateTime={time} title={exact(time)} className="whitespace-nowrap">
      {ago(now - Date.parse(time))}
    </time>
  );
}

/** The time until `due`, counting down; `once` it has come, what is shown instead. */
export function Countdown({ due, once = "due" }: { due: string; once?: string }) {
  const left = Date.parse(due) - useNow();
  return (
    <time dateTime={due} title={exact(due)} className="whitespace-nowrap" data-countdown>
      {left > 0 ? countdown(left) : once}
    </time>
  );
}

/** How long something took, or has taken so far. */
export function Took({ from, to }: { from: string; to: string | null }) {
  const now = useNowWhile(to === null);
  const ms = (to === null ? now : Date.parse(to)) - Date.parse(from);
  return (
    <span
      className="whitespace-nowrap"
      title={`from ${exact(from)}${to ? ` to ${exact(to)}` : ""}`}
    >
      {to === null ? countdown(Math.floor(Math.max(ms, 0) / 1000) * 1000) : duration(ms)}
    </span>
  );
}
