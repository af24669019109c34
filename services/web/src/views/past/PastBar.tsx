/** Says at which time the list stands, and moves it. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { serverClock } from "../../ui/now";
import { dated, dateTime, zone } from "../../ui/wording";
import { timeOf } from "../../ui/zone";

const STEPS = [
  ["−1 h", -3_600_000],
  ["−5 min", -300_000],
  ["+5 min", 300_000],
  ["+1 h", 3_600_000],
] as const;

/** No event is older. */
const FIRST_YEAR = 2000;

export function PastBar(props: {
  /** Null for all projects. */
  projectId: string | null;
  at: string;
  onAt: (at: string | undefined, replace?: boolean) => void;
}) {
  const { projectId, at, onAt } = props;
  // What the field says while it is edited: to write another spelling of it there, or the time that
  // the list stands at meanwhile, would end the typing of a number.
  const [entered, setEntered] = useState<string | null>(null);
  const go = (ms: number) =>
    onAt(new Date(Math.min(ms, serverClock.now() - 1000)).toISOString(), true);
  return (
    <section
      aria-label="Earlier time"
      data-past={at}
      className="mx-3 mb-2 flex flex-wrap items-center gap-2 rounded border border-link bg-mark px-3 py-1.5 sm:mx-4"
    >
      <span role="status">
        <strong>As of {dated(at)}.</strong>{" "}
        <span className="text-soft">
          Each task as it was then. Live updates and actions are off.
        </span>
      </span>
      <span className="flex flex-wrap items-center gap-1 text-xs">
        <input
          aria-label={`Time (${zone(at)})`}
          className="field text-xs"
          type="datetime-local"
          step="1"
          min={`${FIRST_YEAR}-01-01T00:00:00`}
          max="9999-12-31T23:59:59"
          value={entered ?? dateTime(at).replace(" ", "T").slice(0, 19)}
          onChange={({ target: { value } }) => {
            setEntered(value);
            // A year is typed digit by digit: 0002, 0020, 0202.
            if (Number.parseInt(value, 10) >= FIRST_YEAR) go(Date.parse(timeOf(value)));
          }}
          onBlur={() => setEntered(null)}
        />
        {STEPS.map(([name, ms]) => (
          <button
            key={name}
            type="button"
            className="button text-xs"
            onClick={() => go(Date.parse(at) + ms)}
          >
            {name}
          </button>
        ))}
        <button
          type="button"
          className="button text-xs font-medium"
          title="Back to now (Esc)"
          onClick={() => onAt(undefined)}
        >
          Back to now
        </button>
      </span>
      {projectId !== null ? (
        <span className="flex gap-3 text-xs">
          <Link
            to="/projects/$projectId/timeline"
            params={{ projectId }}
            search={{ query: `recorded:<=${at}` }}
          >
            Timeline until then
          </Link>
          <Link to="/projects/$projectId/charts" params={{ projectId }} search={{ until: at }}>
            Charts until then
          </Link>
        </span>
      ) : (
        <Link to="/charts" search={{ until: at }} className="text-xs">
          Charts until then
        </Link>
      )}
    </section>
  );
}
