/** The same for each type of task in the whole range, as a table. */
import type { Activity } from "../../client";
import { duration, number } from "../../ui/wording";
import type { ChartsSearch } from "./search";

const COLUMNS = [
  "Ended",
  "Failed",
  "Revoked",
  "Retried",
  "Attempts lost",
  "Waiting p95",
  "Duration p50",
  "Duration p95",
] as const;

export function Types(props: {
  activity: Activity;
  search: ChartsSearch;
  onSearch: (search: ChartsSearch) => void;
}) {
  const { activity, search, onSearch } = props;
  if (activity.types.length === 0) return null;
  const seconds = (value: number | null) => (value === null ? "–" : duration(value * 1000));
  return (
    <section
      aria-label="By task type"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      data-scrolls-sideways
      className="panel shrink-0 overflow-x-auto outline-offset-[-2px]"
    >
      <table className="w-full">
        <caption className="px-3 pt-2 text-left font-semibold">By task type</caption>
        <thead>
          <tr className="text-xs text-soft">
            <th scope="col" className="px-3 py-1 text-left font-normal">
              Type
            </th>
            {COLUMNS.map((name) => (
              <th key={name} scope="col" className="px-3 py-1 text-right font-normal">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {activity.types.map((one) => (
            <tr key={one.task_type} className="border-t border-line">
              <th scope="row" className="px-3 py-1 text-left font-normal">
                <button
                  type="button"
                  className="rounded text-link hover:underline"
                  aria-pressed={search.type === one.task_type}
                  onClick={() =>
                    onSearch({
                      ...search,
                      type: search.type === one.task_type ? undefined : one.task_type,
                    })
                  }
                >
                  {one.task_type}
                </button>
              </th>
              {[
                number(one.succeeded + one.failed + one.revoked),
                number(one.failed),
                number(one.revoked),
                number(one.retried),
                number(one.attempts_lost),
                seconds(one.waiting.p95),
                seconds(one.duration.p50),
                seconds(one.duration.p95),
              ].map((value, place) => (
                <td key={COLUMNS[place]} className="px-3 py-1 text-right whitespace-nowrap">
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {activity.more_types && (
        <p className="px-3 pb-2 text-xs text-soft">
          The {activity.types.length} types with the most ended tasks are shown.
        </p>
      )}
    </section>
  );
}
