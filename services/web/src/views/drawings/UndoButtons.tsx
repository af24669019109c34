import { useCorrections } from "./corrections";

/** Undo and redo of the last change, with the reason if one was refused. */
export function UndoButtons() {
  const { undo, redo, last, next, busy, refused } = useCorrections();
  if (last === null && next === null && refused === "") return null;
  return (
    <div className="flex flex-wrap items-center gap-1" data-undo>
      <button
        type="button"
        className="button text-xs"
        disabled={busy || last === null}
        title={last === null ? "Nothing to undo" : `Undo: ${last} (Ctrl+Z)`}
        onClick={undo}
      >
        Undo
      </button>
      <button
        type="button"
        className="button text-xs"
        disabled={busy || next === null}
        title={next === null ? "Nothing to redo" : `Redo: ${next} (Ctrl+Shift+Z)`}
        onClick={redo}
      >
        Redo
      </button>
      <span className="min-w-0 flex-1 truncate text-xs text-soft" role="status">
        {last !== null && `last change: ${last}`}
      </span>
      {refused && (
        <p role="alert" className="w-full text-xs text-failure">
          {refused}
        </p>
      )}
    </div>
  );
}
