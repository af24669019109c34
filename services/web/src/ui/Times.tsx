import { useNow, useNowWhile } from "./now";
import { ago, brief, countdown, duration, exact } from "./wording";

/** The age of a time, with the exact time in the title. */
export function Ago({ time }: { time: string }) {
  const now = useNow();
  return (
    <time dateTime={time} title={exact(time)} className="whitespace-nowrap">
      {ago(now - Date.parse(time))}
    </time>
  );
}

/** The age of a time and, on a wide screen, the time with its zone below it. */
export function AgoAndWhen({ time }: { time: string }) {
  const now = useNow();
  return (
    <time dateTime={time} title={exact(time)} className="whitespace-nowrap">
      {ago(now - Date.parse(time))}
      <span className="block truncate text-xs text-soft max-lg:hidden" data-when>
        {brief(time, now)}
      </span>
    </time>
  );
}

/** A countdown to `due`, down to 0:00. */
export function Countdown({ due }: { due: string }) {
  const left = Date.parse(due) - useNow();
  return (
    <time dateTime={due} title={exact(due)} className="whitespace-nowrap" data-countdown>
      {countdown(left)}
    </time>
  );
}

/** The countdown to the next attempt. */
export function RetryIn({ due }: { due: string }) {
  const passed = Date.parse(due) <= useNow();
  return (
    <span className="text-retry">
      {passed ? (
        "retry due"
      ) : (
        <>
          retry in <Countdown due={due} />
        </>
      )}
    </span>
  );
}

/** The duration of something, or its duration so far. */
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
