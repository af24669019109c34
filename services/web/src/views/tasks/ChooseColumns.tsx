import { useRef } from "react";
import { usePopover } from "../../ui/usePopover";
import { COLUMNS } from "./columns";
import { COLUMN_NAMES, type ColumnName, DEFAULT_COLUMNS } from "./search";

/** Opens a list of all columns to choose from. */
export function ChooseColumns(props: {
  columns: readonly ColumnName[];
  onChange: (columns: ColumnName[] | undefined) => void;
}) {
  const details = useRef<HTMLDetailsElement>(null);
  usePopover(details);
  const choose = (name: ColumnName, on: boolean) => {
    const next = COLUMN_NAMES.filter((each) => (each === name ? on : props.columns.includes(each)));
    props.onChange(next.join() === DEFAULT_COLUMNS.join() ? undefined : next);
  };
  return (
    <details ref={details} className="relative hidden lg:block">
      <summary className="button list-none text-xs">Columns</summary>
      <fieldset className="panel absolute left-0 z-20 mt-1 grid w-80 gap-1 bg-raised p-2 shadow-raised">
        <legend className="sr-only">Columns</legend>
        {COLUMN_NAMES.map((name) => (
          <label
            key={name}
            className="flex cursor-pointer items-center gap-2 rounded px-2 py-0.5 hover:bg-hover"
          >
            <input
              type="checkbox"
              checked={props.columns.includes(name)}
              onChange={(event) => choose(name, event.target.checked)}
            />
            <span className="w-24 shrink-0 text-ink">{COLUMNS[name].title}</span>
            <span className="truncate">{COLUMNS[name].tells}</span>
          </label>
        ))}
        <button
          type="button"
          className="button mt-1 justify-self-start text-xs"
          onClick={() => props.onChange(undefined)}
        >
          Reset columns
        </button>
      </fieldset>
    </details>
  );
}
