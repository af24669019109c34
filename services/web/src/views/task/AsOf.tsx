import { nameOf, rowsOf, shown, told } from "./changes";
import { useAsOf, useSettled } from "./useTask";

/** Every field of the record as of a version, as the API folds it, in the same places whatever the
 * version, and with a mark on what its event changed. Until it loads, the one that was shown
 * before, faint. */
export function AsOf({ taskId, version }: { taskId: string; version: number }) {
  const at = useSettled(version);
  const { data, error } = useAsOf(taskId, at);
  const before = useAsOf(taskId, at > 1 ? at - 1 : undefined).data;
  const fresh = data?.version === version;
  if (error && !fresh) return <p className="text-failure">{error.message}</p>;
  if (data === undefined) return <p className="text-soft">Loading…</p>;
  const earlier = before?.version === data.version - 1 ? new Map(rowsOf(before)) : null;
  return (
    <dl
      className={`panel divide-y divide-line border-link ${fresh ? "" : "opacity-60"}`}
      aria-label="Record"
      aria-busy={!fresh}
      data-as-of={data.version}
    >
      {rowsOf(data).map(([field, value]) => {
        const changed = earlier !== null && told(earlier.get(field)) !== told(value);
        return (
          <div
            key={field}
            data-changed={changed || undefined}
            className={`grid grid-cols-[120px_minmax(0,1fr)] gap-2 px-3 py-0.5 text-xs ${
              changed ? "bg-mark shadow-[inset_2px_0_0_var(--color-link)]" : ""
            }`}
          >
            <dt className="truncate text-soft" title={nameOf(field)}>
              {nameOf(field)}
            </dt>
            <dd
              className={`truncate ${changed ? "font-medium" : ""}`}
              data-field={field}
              data-value={shown(value)}
              title={told(value)}
            >
              {told(value)}
              {changed && <span className="sr-only"> (changed by this event)</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
