import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { hasEnded, type Task } from "../../client";
import { Progress } from "../../ui/Progress";
import { QueueAlarm } from "../../ui/QueueAlarm";
import { Status } from "../../ui/Status";
import { Ago, RetryIn } from "../../ui/Times";
import { Waiting } from "../../ui/Waiting";
import { className, firstLine } from "../../ui/wording";
import { Cancel } from "../task/Cancel";

/** What a task is doing, waiting for, or ended with, beside its subject. */
export function TaskLine(props: { task: Task; children?: ReactNode }) {
  const { task } = props;
  return (
    <div data-task={task.task_id} data-status={task.status} data-type={task.task_type}>
      <div className="flex items-center gap-x-2">
        <Status status={task.status} />
        <Link
          to="/tasks/$taskId"
          params={{ taskId: task.task_id }}
          className="min-w-0 truncate"
          title={task.task_name}
        >
          {task.task_name}
        </Link>
        <span className="ml-auto text-xs text-soft">
          <Ago time={task.completed_at ?? task.created_at} />
        </span>
        <Cancel task={task} small />
      </div>
      {/* A set's pages show what it waits for. */}
      {!(task.task_type === "set_processing" && !hasEnded(task.status)) && <Doing task={task} />}
      {props.children}
    </div>
  );
}

/** The task's step, countdown or error, if any. */
export function Doing({ task }: { task: Task }) {
  const ended = hasEnded(task.status);
  const why = task.error && (
    <span title={`${task.error.type}: ${task.error.message}`}>
      {className(task.error.type)}: {firstLine(task.error.message)}
    </span>
  );
  if (ended) {
    const look = task.status === "REVOKED" ? "text-soft" : "text-failure";
    return why && <p className={`line-clamp-3 text-xs wrap-anywhere ${look}`}>{why}</p>;
  }
  if (task.status === "RETRY" && task.retry?.due_at) {
    return (
      <p className="text-soft">
        <QueueAlarm task={task} other={<RetryIn due={task.retry.due_at} />} /> {why && <>· {why}</>}
      </p>
    );
  }
  return (
    <p className="flex items-center gap-2 text-soft" data-step={task.progress.step ?? ""}>
      {task.progress.percent === null ? (
        task.status === "PENDING" ? (
          <span>
            <Waiting task={task} inQueue />
          </span>
        ) : (
          "starting"
        )
      ) : (
        <>
          <Progress percent={task.progress.percent} label={`Progress of ${task.task_name}`} />
          <span className="truncate">{task.progress.step}</span>
        </>
      )}
      {task.cancel_requested && <span className="text-revoked">· cancel requested</span>}
    </p>
  );
}
