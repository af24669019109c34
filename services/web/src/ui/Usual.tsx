import type { Task } from "../client";
import { useNowWhile } from "./now";
import { countdown, number } from "./wording";

const wholeSeconds = (seconds: number) => countdown(Math.ceil(seconds) * 1000);

/**
 * How long a running attempt takes compared with its type's successful runs; with `onlySlow`,
 * nothing unless it takes longer than 95 in 100 of them.
 */
export function Usual({ task, onlySlow = false }: { task: Task; onlySlow?: boolean }) {
  const { usual, attempt_started_at: started } = task;
  const known = usual && started !== null ? { usual, from: Date.parse(started) } : undefined;
  const now = useNowWhile(known !== undefined);
  if (!known) return null;
  const ms = now - known.from;
  const slow = ms > known.usual.p95_s * 1000;
  if (onlySlow && !slow) return null;
  return (
    <span
      data-usual={slow ? "slow" : "usual"}
      className={`shrink-0 whitespace-nowrap max-lg:order-first ${slow ? "text-retry" : "text-soft"}`}
      title={`95 in 100 of the ${number(known.usual.runs)} successful runs of ${task.task_type} in the last 7 days took at most this long`}
    >
      runs {countdown(Math.floor(Math.max(ms, 0) / 1000) * 1000)}, usually under{" "}
      {wholeSeconds(known.usual.p95_s)}
      <span className={onlySlow ? "max-lg:hidden" : ""}> (p95)</span>
    </span>
  );
}
