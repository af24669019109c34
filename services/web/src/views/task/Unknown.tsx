import { Link } from "@tanstack/react-router";
import { Notice } from "../../ui/Notice";
import { isTaskId } from "../../ui/wording";

/** When a UUIDv7 was made; null for another id. */
export function madeAt(id: string): Date | null {
  if (!isTaskId(id) || id[14] !== "7") return null;
  return new Date(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16));
}

const MONTH_MS = 31 * 86_400_000;

/** No such task: mistyped, out of reach, or older than what the ledger keeps. */
export function Unknown({ taskId }: { taskId: string }) {
  const made = madeAt(taskId);
  const old = made !== null && Date.now() - made.getTime() > MONTH_MS;
  return (
    <Notice
      role="alert"
      title={old ? "Not here, or not kept any more" : "There is no such task"}
      action={
        <Link className="button" to="/">
          All projects
        </Link>
      }
    >
      {!isTaskId(taskId) ? (
        <p>“{taskId}” is not a task's id: those look like 0199c0de-0000-7000-8000-000000000000.</p>
      ) : old ? (
        <p>
          This id was made in {made.toLocaleDateString("en", { month: "long", year: "numeric" })}.
          If that month is beyond what this ledger keeps, its history is where your archive is.
        </p>
      ) : (
        <p>The id may be mistyped, or its project is outside of what your token reaches.</p>
      )}
    </Notice>
  );
}
