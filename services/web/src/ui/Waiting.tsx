import type { Task } from "../client";
import { useNowWhile } from "./now";
import { QueueAlarm } from "./QueueAlarm";
import { Countdown } from "./Times";
import { number } from "./wording";

/** What a task waits for that no worker has started yet. */
export function Waiting({ task }: { task: Task }) {
  const { due_at: due, waits_for: before, waiting } = task;
  const now = useNowWhile(due !== null);
  if (due !== null && Date.parse(due) > now) {
    return (
      <>
        due in <Countdown due={due} />
      </>
    );
  }
  if (before.length > 0 && (!waiting || waiting.waits_for === "tasks")) {
    return <>waiting for {before.length === 1 ? "a task" : `${number(before.length)} tasks`}</>;
  }
  if (waiting?.waits_for === "process")
    return <>received by a worker, waiting for a free process</>;
  return <QueueAlarm task={task} other={<>waiting for a worker</>} />;
}
