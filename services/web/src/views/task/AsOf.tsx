import { fieldsOf, shown } from "./changes";
import { useAsOf, useSettled } from "./useTask";

/** Every field of the record as of a version, as the API folds it. Until it loads, the one
 * that was shown before, faint. */
export function AsOf({ taskId, version }: { taskId: string; version: number }) {
  const { data, error } = useAsOf(taskId, useSettled(version));
  const fresh = data?.version === version;
  if (error && !fresh) return <p className="text-failure">{error.message}</p>;
  if (data === undefined) return <p className="text-soft">Loading…</p>;
  return (
    <dl
      className={`panel divide-y divide-line border-link px-3 ${fresh ? "" : "opacity-60"}`}
      aria-label="Record"
      aria-busy={!fresh}
      data-as-of={data.version}
    >
      {[...fieldsOf(data)].map(([field, value]) => (
        <div key={field} className="grid grid-cols-[120px_minmax(0,1fr)] gap-2 py-0.5 text-xs">
          <dt className="break-words text-soft">{field}</dt>
          <dd className="break-words" data-field={field}>
            {shown(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
