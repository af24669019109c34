import type { Task } from "../client";
import { useNowWhile } from "./now";
import { QueueAlarm } from "./QueueAlarm";
import { Ago, Countdown } from "./Times";
import { number } from "./wording";

/** What a task waits for that no worker has started yet; `inQueue` adds the queue and since when. */
export function Waiting({ task, inQueue = false }: { task: Task; inQueue?: boolean }) {
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
  const where = inQueue && waiting?.queue && (
    <>
      {" "}
      in queue {waiting.queue} for <Ago time={waiting.since} />
    </>
  );
  return <QueueAlarm task={task} other={<>waiting for a worker{where}</>} />;
}
