import { useEffect, useRef } from "react";
import { LEGEND } from "./keys";

export function KeyLegend({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-label="Keys"
      className="panel m-auto p-4 text-ink shadow-raised backdrop:bg-[rgb(0_0_0/40%)]"
    >
      <h2 className="text-lg font-semibold">Keys</h2>
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        {LEGEND.map(([keys, does]) => (
          <div key={keys} className="contents">
            <dt className="font-mono text-xs leading-5">{keys}</dt>
            <dd className="text-soft">{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" className="mt-4 text-right">
        <button type="submit" className="button">
          Close
        </button>
      </form>
    </dialog>
  );
}
