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

/** The time until `due`, counting down to 0:00. */
export function Countdown({ due }: { due: string }) {
  const left = Date.parse(due) - useNow();
  return (
    <time dateTime={due} title={exact(due)} className="whitespace-nowrap" data-countdown>
      {countdown(left)}
    </time>
  );
}

/** When the next attempt may start. */
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
