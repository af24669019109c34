import type { Task } from "../client";
import { useNowWhile } from "./now";
import { Countdown } from "./Times";
import { number } from "./wording";

/** What a task waits for that no worker has started yet. */
export function Waiting({ task }: { task: Pick<Task, "due_at" | "waits_for"> }) {
  const { due_at: due, waits_for: before } = task;
  const now = useNowWhile(due !== null);
  if (due !== null && Date.parse(due) > now) {
    return (
      <>
        due in <Countdown due={due} />
      </>
    );
  }
  if (before.length > 0) {
    return <>waiting for {before.length === 1 ? "a task" : `${number(before.length)} tasks`}</>;
  }
  return <>waiting for a worker</>;
}
