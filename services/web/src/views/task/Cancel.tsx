import { useState } from "react";
import { answered, hasEnded, Problem, type Task, useLedgerClient } from "../../client";
import { mayOperate, useSession } from "../../shell/session";
import { Confirm } from "../../ui/Confirm";

export function Cancel({ task, onAsked }: { task: Task; onAsked: () => void }) {
  const client = useLedgerClient();
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState("");
  if (hasEnded(task.status)) {
    return refused ? <span className="text-failure">{refused}</span> : null;
  }
  if (task.cancel_requested) {
    return <span className="text-revoked">■ cancel requested by {task.cancel_requested_by}</span>;
  }
  if (!mayOperate(session.data)) return null;
  const cancel = async () => {
    setRefused("");
    try {
      await answered(
        client.POST("/api/v1/tasks/{task_id}/cancel", {
          params: { path: { task_id: task.task_id } },
        }),
      );
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
    }
    onAsked();
  };
  const running = task.status === "STARTED" || task.status === "PROGRESS";
  return (
    <>
      <button type="button" className="button text-failure" onClick={() => setAsking(true)}>
        Cancel task
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
          onConfirm={() => void cancel()}
          onClose={() => setAsking(false)}
        >
          {running
            ? "It is running: its worker stops at its next step, and its rows are undone."
            : "Nobody works on it, so it ends at once."}{" "}
          An accepted cancel is never taken back and never ends in SUCCESS.
        </Confirm>
      )}
    </>
  );
}
