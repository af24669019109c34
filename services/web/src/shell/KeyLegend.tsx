import { Dialog } from "../ui/Dialog";
import { useAddedViews } from "./addedViews";
import { LEGEND } from "./keys";

export function KeyLegend({ onClose }: { onClose: () => void }) {
  const added = useAddedViews().map(
    ({ key, title }) => [`g ${key}`, `go to ${title.toLowerCase()}`] as const,
  );
  const at = LEGEND.findIndex(([keys]) => keys === "g a");
  const legend = [...LEGEND.slice(0, at), ...added, ...LEGEND.slice(at)];
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        {legend.map(([keys, does]) => (
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
    </Dialog>
  );
}
