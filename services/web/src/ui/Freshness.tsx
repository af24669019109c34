import { ago } from "./wording";

/** How far what is shown is behind the log, if that is more than two seconds. */
export function Behind({ lag, what = "The list is" }: { lag: number; what?: string }) {
  if (lag <= 2) return null;
  return (
    <span role="status" className="text-retry">
      <span aria-hidden="true">◔ </span>
      {what} {ago(lag * 1000)} behind the log.
    </span>
  );
}

/** Why the data shown is the last known state; nothing without an error. */
export function LastKnown({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <span role="alert" data-stale className="text-failure">
      <span aria-hidden="true">○ </span>
      {error.message} Showing the last known state.
    </span>
  );
}
