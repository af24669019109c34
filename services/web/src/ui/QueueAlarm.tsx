import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Task } from "../client";
import { useNow } from "./now";
import { useQueues } from "./useQueues";
import { ago } from "./wording";

/** A worker that starts says after 5 s which queues it consumes. */
const GRACE_MS = 15_000;

/**
 * That no worker consumes the queue that a task waits in, or that the queue is paused; `other` where
 * neither is so.
 */
export function QueueAlarm({ task, other = null }: { task: Task; other?: ReactNode }) {
  const { waiting } = task;
  if (!waiting?.queue || waiting.waits_for === "tasks" || waiting.waits_for === "process") {
    return other;
  }
  return <InQueue task={task} queue={waiting.queue} other={other} />;
}

function InQueue(props: { task: Task; queue: string; other: ReactNode }) {
  const { task, queue } = props;
  const now = useNow();
  const state = useQueues().data?.queues.find((each) => each.queue === queue);
  const since = Date.parse(task.retry?.due_at ?? task.due_at ?? task.created_at);
  if (since > now) return props.other;
  if (state?.pause) {
    return (
      <span className="text-retry" data-paused-queue>
        <span aria-hidden="true">‖ </span>queue <QueueLink queue={queue} /> is paused
      </span>
    );
  }
  const alone = state ? state.workers === 0 : task.waiting?.no_worker;
  if (!alone || now - since < GRACE_MS) return props.other;
  return (
    <span className="font-medium text-failure" data-no-worker title="No worker consumes this queue">
      <span aria-hidden="true">▲ </span>no worker consumes queue <QueueLink queue={queue} />,
      waiting {ago(now - since)}
    </span>
  );
}

function QueueLink({ queue }: { queue: string }) {
  return (
    <Link to="/queues" className="relative z-10 text-current underline">
      {queue}
    </Link>
  );
}
