import { Dialog } from "../ui/Dialog";
import { useAddedViews } from "./addedViews";

/** The shortcuts of all views; added views have their own. */
const LEGEND: [keys: string, does: string][] = [
  ["j k", "next and previous row"],
  ["Space", "show the selected row beside the list"],
  ["Enter", "open the selected row"],
  ["x", "select the row, to act on several"],
  ["/", "search; paste a task ID anywhere to open the task"],
  ["g t", "go to tasks"],
  ["g f", "go to failures"],
  ["g c", "go to charts"],
  ["g p", "go to the project timeline"],
  ["g q", "go to queues"],
  ["g w", "go to workers"],
  ["g s", "go to schedules"],
  ["g a", "go to all projects"],
  ["← →", "previous and next event of a task"],
  ["p", "pause and resume"],
  ["n", "show new rows"],
  ["Ctrl K", "go to a task, project, view or saved view by name"],
  ["Esc", "close what is beside the list; clear the search, the selection or the replay"],
  ["?", "show these shortcuts"],
];

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
