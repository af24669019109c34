/** The columns that the list can show besides status and name. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { hasEnded, type Task } from "../../client";
import { Progress } from "../../ui/Progress";
import { QueueAlarm } from "../../ui/QueueAlarm";
import { AgoAndWhen, RetryIn, Took } from "../../ui/Times";
import { Usual } from "../../ui/Usual";
import { Waiting } from "../../ui/Waiting";
import { className, firstLine, resultSays } from "../../ui/wording";
import { reasonSays } from "../task/says";
import type { Order, ShownColumn } from "./search";
import { TreeSummary } from "./TreeSummary";

export interface Column {
  title: string;
  /** A description for the column chooser. */
  tells: string;
  width: string;
  right?: boolean;
  shown: (task: Task) => ReactNode;
  /** The orders by this column: most first, least first. */
  orders?: readonly [down: Order, up: Order];
}

export const COLUMNS: Record<ShownColumn, Column> = {
  project: {
    title: "Project",
    tells: "The project",
    width: "minmax(96px,160px)",
    shown: (task) => <ProjectLink id={task.project_id} />,
  },
  tree: {
    title: "Tree",
    tells: "The tasks below this one, the worst status among them, and since when they run",
    width: "minmax(200px,1.2fr)",
    shown: (task) => <TreeSummary task={task} />,
  },
  attempt: {
    title: "Attempt",
    tells: "Attempt / maximum",
    width: "56px",
    shown: (task) => (
      <span title="Attempt / maximum">
        {task.attempt}/{task.max_attempts ?? "∞"}
      </span>
    ),
  },
  doing: {
    title: "Details",
    tells: "Step, countdown, error or result",
    width: "minmax(200px,1.6fr)",
    shown: (task) => <Doing task={task} />,
  },
  worker: {
    title: "Worker",
    tells: "Worker of the latest attempt",
    width: "minmax(96px,160px)",
    shown: (task) => <span title={task.worker ?? ""}>{task.worker ?? ""}</span>,
  },
  queue: {
    title: "Queue",
    tells: "Queue of the latest attempt",
    width: "88px",
    shown: (task) => <span title={task.queue ?? ""}>{task.queue ?? ""}</span>,
  },
  actor: {
    title: "Requested by",
    tells: "Actor that requested the task",
    width: "96px",
    shown: (task) => <span title={task.actor}>{task.actor}</span>,
  },
  created: {
    title: "Age",
    tells: "Time since registration",
    width: "minmax(72px,136px)",
    right: true,
    shown: (task) => <AgoAndWhen time={task.created_at} />,
    orders: ["newest", "oldest"],
  },
  updated: {
    title: "Last event",
    tells: "Time since the last event",
    width: "minmax(72px,136px)",
    right: true,
    shown: (task) => <AgoAndWhen time={task.updated_at} />,
  },
  ended: {
    title: "Ended",
    tells: "Time since the end",
    width: "minmax(72px,136px)",
    right: true,
    shown: (task) => task.completed_at && <AgoAndWhen time={task.completed_at} />,
    orders: ["last_ended", "first_ended"],
  },
  took: {
    title: "Duration",
    tells: "From the first start to the end, or to now",
    width: "72px",
    right: true,
    shown: (task) => task.started_at && <Took from={task.started_at} to={task.completed_at} />,
    orders: ["longest", "shortest"],
  },
};

/** The tracks of a row's grid, with a checkbox column if rows can be selected. */
export function tracks(columns: readonly ShownColumn[], selectable: boolean): string {
  const widths = columns.map((name) => COLUMNS[name].width);
  return [selectable ? "124px" : "96px", "minmax(160px,1.2fr)", ...widths].join(" ");
}

export function ProjectLink({ id }: { id: string }) {
  return (
    <Link
      to="/projects/$projectId"
      params={{ projectId: id }}
      className="relative z-10 text-xs text-soft max-lg:inline-block max-lg:leading-6"
      title={id}
    >
      {id}
    </Link>
  );
}

/** What the task is doing or waiting for, or how it ended, in one line. */
export function Doing({ task }: { task: Task }) {
  const wish = task.cancel_requested && !hasEnded(task.status) && (
    <span className="text-revoked">cancel requested · </span>
  );
  if (task.status === "RETRY" && task.retry?.due_at) {
    return (
      <span className="truncate">
        {wish}
        <QueueAlarm task={task} other={<RetryIn due={task.retry.due_at} />} />
        {task.error && (
          <span className="text-soft" title={task.error.message}>
            {" "}
            · {className(task.error.type)}: {firstLine(task.error.message)}
          </span>
        )}
      </span>
    );
  }
  if (task.status === "REVOKED") {
    const by = task.cancel_requested_by;
    const ended = by === null ? reasonSays(task.failure_reason) : `cancelled by ${by}`;
    return (
      <span className="text-soft" title={task.error?.message}>
        {ended}
        {task.error && ` · ${firstLine(task.error.message)}`}
      </span>
    );
  }
  if (task.error && hasEnded(task.status)) {
    return (
      <span className="text-soft" title={`${task.error.type}: ${task.error.message}`}>
        {className(task.error.type)}: {firstLine(task.error.message)}
      </span>
    );
  }
  if (!hasEnded(task.status) && task.progress.percent !== null) {
    return (
      <span className="inline-flex max-w-full items-center gap-2">
        {wish}
        <Progress percent={task.progress.percent} label={`Progress of ${task.task_name}`} />
        <Usual task={task} onlySlow />
        <span className="truncate">{task.progress.step}</span>
      </span>
    );
  }
  if (task.status === "SUCCESS" && task.result !== null) {
    return (
      <span className="text-soft" title={JSON.stringify(task.result, null, 1)}>
        {resultSays(task.result)}
      </span>
    );
  }
  return (
    <span className="text-soft">
      {wish || (task.status === "PENDING" && <Waiting task={task} />)}
      <Usual task={task} onlySlow />
    </span>
  );
}
