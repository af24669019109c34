import { useState } from "react";
import { answered, Problem, type Task, useLedgerClient } from "../../client";
import { Confirm } from "../../ui/Confirm";

/** Asks for a task to be cancelled, after a question. */
export function Cancel({ task }: { task: Task }) {
  const client = useLedgerClient();
  const [asking, setAsking] = useState(false);
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState("");
  const cancel = async () => {
    setSent(true);
    setRefused("");
    try {
      await answered(
        client.POST("/api/v1/tasks/{task_id}/cancel", {
          params: { path: { task_id: task.task_id } },
        }),
      );
    } catch (error) {
      setSent(false);
      setRefused(error instanceof Problem ? error.message : String(error));
    }
  };
  return (
    <>
      <button
        type="button"
        className="button min-h-6 px-2 text-xs"
        aria-label={`Cancel ${task.task_name}`}
        disabled={sent || task.cancel_requested}
        onClick={() => setAsking(true)}
      >
        Cancel
      </button>
      {refused && (
        <p role="alert" className="text-failure">
          {refused}
        </p>
      )}
      {asking && (
        <Confirm
          title={`Cancel ${task.task_name}?`}
          action="Cancel the task"
          onConfirm={() => void cancel()}
          onClose={() => setAsking(false)}
        >
          It will not end in SUCCESS, and what it has done so far is not kept.
        </Confirm>
      )}
    </>
  );
}
