import { useMemo } from "react";
import { shown } from "../task/changes";
import { newest } from "./useTaskList";

const AT_MOST = 4;

/** The metadata that all tasks of a list share. */
export function InCommon({ ids }: { ids: readonly string[] }) {
  const common = useMemo(() => sharedBy(ids), [ids]);
  if (common.length === 0) return null;
  return (
    <span data-in-common>
      All have{" "}
      {common.map(([name, value], place) => (
        <span key={name}>
          {place > 0 && ", "}
          {name} <span className="text-ink">{value}</span>
        </span>
      ))}
    </span>
  );
}

function sharedBy(ids: readonly string[]): [string, string][] {
  const [first, ...others] = ids.map((id) => newest.get(id)?.metadata ?? {});
  if (first === undefined || others.length === 0) return [];
  return Object.entries(first)
    .map(([name, value]): [string, string] => [name, shown(value)])
    .filter(([name, value]) => others.every((each) => name in each && shown(each[name]) === value))
    .slice(0, AT_MOST);
}
