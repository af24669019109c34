import { useRef, useState } from "react";
import { answered, hasEnded, type Task, useLedgerClient } from "../../client";
import { mayOperate, useSession } from "../../shell/session";
import { ActDialog } from "../acting/ActDialog";

/** Requests a task's cancellation after a confirmation; `small` in lists of tasks. */
export function Cancel(props: { task: Task; small?: boolean; onAsked?: () => void }) {
  const { task, small = false } = props;
  const client = useLedgerClient();
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const terminate = useRef<HTMLInputElement>(null);
  if (hasEnded(task.status)) return null;
  if (task.cancel_requested) {
    // A line of a list shows this beside its step.
    if (small) return null;
    return <span className="text-revoked">■ cancel requested by {task.cancel_requested_by}</span>;
  }
  if (!mayOperate(session.data)) return null;
  const cancel = async (reason: string | undefined) => {
    await answered(
      client.POST("/tasks/{task_id}/cancel", {
        params: { path: { task_id: task.task_id } },
        body: { terminate: terminate.current?.checked ?? false, ...(reason ? { reason } : {}) },
      }),
    );
    setAsking(false);
    props.onAsked?.();
  };
  const running = task.status === "STARTED" || task.status === "PROGRESS";
  return (
    <>
      <button
        type="button"
        className={`button text-failure ${small ? "min-h-6 px-2 text-xs" : ""}`}
        aria-label={small ? `Cancel ${task.task_name}` : undefined}
        onClick={() => setAsking(true)}
      >
        {small ? "Cancel" : "Cancel task"}
      </button>
      {asking && (
        <ActDialog
          title={`Cancel ${task.task_name}?`}
          label="Reason (optional)"
          action="Cancel task"
          keep="Keep task"
          danger
          onSend={cancel}
          onClose={() => setAsking(false)}
        >
          <p>
            {running
              ? "It is running: its worker stops it at the next step and rolls back its writes."
              : "No worker is running it, so it ends at once."}{" "}
            A cancel cannot be undone, and the task will not end in SUCCESS.
          </p>
          {running && (
            <label className="flex items-start gap-2">
              <input ref={terminate} type="checkbox" className="mt-0.5" />
              <span>
                Kill its process at once, for a task that does not report steps. Its database writes
                are rolled back; other effects stay.
              </span>
            </label>
          )}
        </ActDialog>
      )}
    </>
  );
}
