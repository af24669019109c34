import { Link } from "@tanstack/react-router";
import { Notice } from "../../ui/Notice";
import { day, isTaskId } from "../../ui/wording";

/** When a UUIDv7 was made; null for another id. */
export function madeAt(id: string): Date | null {
  if (!isTaskId(id) || id[14] !== "7") return null;
  return new Date(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16));
}

const MONTH_MS = 31 * 86_400_000;

/** The task's month has been archived; `why` names the archive. */
export function Retired({ why }: { why: string }) {
  return (
    <Notice
      role="alert"
      title="This task is in an archive"
      action={
        <Link className="button" to="/">
          All projects
        </Link>
      }
    >
      <p data-retired-task>{why} An operator can read its history there.</p>
    </Notice>
  );
}

/** No such task: mistyped, out of reach, or older than what the ledger keeps. */
export function Unknown({ taskId }: { taskId: string }) {
  const made = madeAt(taskId);
  const old = made !== null && Date.now() - made.getTime() > MONTH_MS;
  return (
    <Notice
      role="alert"
      title={old ? "Task not found; it may be archived" : "Task not found"}
      action={
        <Link className="button" to="/">
          All projects
        </Link>
      }
    >
      {!isTaskId(taskId) ? (
        <p>
          “{taskId}” is not a task ID. A task ID looks like 0199c0de-0000-7000-8000-000000000000.
        </p>
      ) : old ? (
        <p>
          This ID was created in {day(made).slice(0, 7)}. If that month has been retired, the
          history of the task is in your archive.
        </p>
      ) : (
        <p>Check the ID. The task may also be in a project that your token has no access to.</p>
      )}
    </Notice>
  );
}
