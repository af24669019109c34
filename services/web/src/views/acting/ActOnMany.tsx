import { useState } from "react";
import type { TaskStatus } from "../../client";
import { Dialog } from "../../ui/Dialog";
import { Status } from "../../ui/Status";
import { counted, number, short } from "../../ui/wording";
import { ActDialog } from "./ActDialog";
import { ActionProgress } from "./ActionProgress";
import { ACTS, type Kind } from "./acts";
import { type Target, useAction, useDraft } from "./useActions";

const LIMITS = [100, 1000, 10_000];

/** Previews an action and its tasks, then starts it and shows its progress. */
export function ActOnMany(props: { kind: Kind; target: Target; onClose: () => void }) {
  const { kind, target } = props;
  const [limit, setLimit] = useState(1000);
  const [started, setStarted] = useState<string | null>(null);
  const draft = useDraft(kind, target, limit);
  const { start } = useAction(null);
  const told = ACTS[kind];
  if (started !== null) return <ActionProgress id={started} onClose={props.onClose} />;
  if (!draft.data) {
    return (
      <Dialog title={told.name} className="w-[28rem]" onClose={props.onClose}>
        <p className="mt-1 text-soft" role={draft.error ? "alert" : "status"}>
          {draft.error
            ? `${draft.error.message} It is for ${told.applies}.`
            : `Looking for ${told.applies}…`}
        </p>
        <form method="dialog" className="mt-3 text-right">
          <button type="submit" className="button">
            Close
          </button>
        </form>
      </Dialog>
    );
  }
  const { id, tasks, by_status, sample, more } = draft.data;
  return (
    <ActDialog
      title={told.name}
      label={kind === "comment" ? "Comment" : "Reason (optional)"}
      required={kind === "comment"}
      action={told.start(tasks)}
      keep="Not now"
      danger={kind === "cancel"}
      onClose={props.onClose}
      onSend={async (reason) => {
        await start(id, reason);
        setStarted(id);
      }}
    >
      <p className="text-ink" data-will>
        {told.will(tasks)}
      </p>
      <ul className="flex flex-wrap gap-x-4 gap-y-1" aria-label="By status">
        {(Object.entries(by_status) as [TaskStatus, number][]).map(([status, count]) => (
          <li key={status} className="inline-flex items-center gap-1">
            <Status status={status} /> {number(count)}
          </li>
        ))}
      </ul>
      <ul className="grid gap-0.5 text-xs" aria-label="First tasks">
        {sample.map((task) => (
          <li key={task.task_id} className="flex min-w-0 gap-2">
            <span className="truncate">{task.task_name}</span>
            <span className="font-mono">{short(task.task_id)}</span>
          </li>
        ))}
        {tasks > sample.length && <li>and {counted(tasks - sample.length, "other")}</li>}
      </ul>
      {target.query !== undefined && (more || limit !== 1000) && (
        <label className="flex flex-wrap items-center gap-2">
          {more ? "More tasks match. Take the newest" : "At most the newest"}
          <select
            className="field"
            value={limit}
            onChange={(event) => setLimit(Number(event.target.value))}
          >
            {LIMITS.map((each) => (
              <option key={each} value={each}>
                {number(each)}
              </option>
            ))}
          </select>
        </label>
      )}
      <p>It continues if this page is closed, and acts on each task at most once.</p>
    </ActDialog>
  );
}
