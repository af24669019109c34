import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { answered, type Task, useLedgerClient } from "../../client";
import { mayOperate, useSession } from "../../shell/session";
import { short } from "../../ui/wording";
import { ActDialog } from "./ActDialog";

type Act = "rerun" | "retry" | "comment";

/** Runs an ended task again, ends a countdown, and comments. */
export function ActOnTask({ task, onActed }: { task: Task; onActed: () => void }) {
  const client = useLedgerClient();
  const session = useSession();
  const [asking, setAsking] = useState<Act | null>(null);
  const [again, setAgain] = useState<string | null>(null);
  if (!mayOperate(session.data)) return null;
  const close = () => setAsking(null);
  const params = { path: { task_id: task.task_id } };
  const body = (reason: string | undefined) => (reason ? { reason } : {});
  return (
    <>
      {again && (
        <span role="status" data-run-again>
          Runs again as{" "}
          <Link to="/tasks/$taskId" params={{ taskId: again }} className="font-mono text-xs">
            {short(again)}
          </Link>
        </span>
      )}
      <button type="button" className="button" onClick={() => setAsking("comment")}>
        Comment
      </button>
      {task.status === "RETRY" && (
        <button type="button" className="button" onClick={() => setAsking("retry")}>
          Retry now
        </button>
      )}
      {(task.status === "FAILURE" || task.status === "REVOKED") && (
        <button type="button" className="button" onClick={() => setAsking("rerun")}>
          Run again
        </button>
      )}
      {asking === "comment" && (
        <ActDialog
          title={`Comment on ${task.task_name}`}
          label="Comment"
          required
          action="Add comment"
          keep="Not now"
          onClose={close}
          onSend={async (message) => {
            await answered(
              client.POST("/tasks/{task_id}/comments", {
                params,
                body: { message: message ?? "" },
              }),
            );
            close();
            onActed();
          }}
        >
          <p>It becomes an event of the task, with your name. The task does not change.</p>
        </ActDialog>
      )}
      {asking === "retry" && (
        <ActDialog
          title={`Retry ${task.task_name} now?`}
          label="Reason (optional)"
          action="Retry now"
          keep="Keep waiting"
          onClose={close}
          onSend={async (reason) => {
            await answered(client.POST("/tasks/{task_id}/retry", { params, body: body(reason) }));
            close();
            onActed();
          }}
        >
          <p>
            The countdown ends, and attempt {task.attempt + 1} of{" "}
            {task.max_attempts ?? "any number"} starts as soon as a worker is free. If it fails, the
            task goes on as before.
          </p>
        </ActDialog>
      )}
      {asking === "rerun" && (
        <ActDialog
          title={`Run ${task.task_name} again?`}
          label="Reason (optional)"
          action="Run again"
          keep="Not now"
          onClose={close}
          onSend={async (reason) => {
            const done = await answered(
              client.POST("/tasks/{task_id}/rerun", { params, body: body(reason) }),
            );
            setAgain(done.task_id);
            close();
            onActed();
          }}
        >
          <p>
            A new task is registered with the same arguments, in queue {task.queue ?? "—"}. This one
            stays {task.status}
            {task.group_id || task.waits_for.length > 0
              ? ", and tasks that waited for it do not follow the new one"
              : ""}
            .
          </p>
        </ActDialog>
      )}
    </>
  );
}
