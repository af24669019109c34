import { useState } from "react";
import { answered, hasEnded, Problem, type Task, useLedgerClient } from "../../client";
import { mayOperate, useSession } from "../../shell/session";
import { Confirm } from "../../ui/Confirm";

/** Asks for a task to be cancelled, after a question; `small` where several tasks are listed. */
export function Cancel(props: { task: Task; small?: boolean; onAsked?: () => void }) {
  const { task, small = false } = props;
  const client = useLedgerClient();
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState("");
  if (hasEnded(task.status)) {
    return refused ? <span className="text-failure">{refused}</span> : null;
  }
  if (task.cancel_requested) {
    // A line of a list says it beside its step.
    if (small) return null;
    return <span className="text-revoked">■ cancel requested by {task.cancel_requested_by}</span>;
  }
  if (!mayOperate(session.data)) return null;
  const cancel = async () => {
    setSent(true);
    setRefused("");
    try {
      await answered(
        client.POST("/tasks/{task_id}/cancel", {
          params: { path: { task_id: task.task_id } },
        }),
      );
    } catch (error) {
      setSent(false);
      setRefused(error instanceof Problem ? error.message : String(error));
    }
    props.onAsked?.();
  };
  const running = task.status === "STARTED" || task.status === "PROGRESS";
  return (
    <>
      <button
        type="button"
        className={`button text-failure ${small ? "min-h-6 px-2 text-xs" : ""}`}
        aria-label={small ? `Cancel ${task.task_name}` : undefined}
        disabled={sent}
        onClick={() => setAsking(true)}
      >
        {small ? "Cancel" : "Cancel task"}
      </button>
      {refused && (
        <span role="alert" className="text-failure">
          {refused}
        </span>
      )}
      {asking && (
        <Confirm
          title={`Cancel ${task.task_name}?`}
          action="Cancel task"
          keep="Keep task"
          onConfirm={() => void cancel()}
          onClose={() => setAsking(false)}
        >
          {running
            ? "It is running: its worker stops it at the next step and rolls back its writes."
            : "No worker is running it, so it ends at once."}{" "}
          A cancel cannot be undone, and the task will not end in SUCCESS.
        </Confirm>
      )}
    </>
  );
}
