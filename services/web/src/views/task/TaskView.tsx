import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { hasEnded, isMissing, isRetired, type Task, type TaskEvent } from "../../client";
import { Frame } from "../../shell/Frame";
import { useKeys } from "../../shell/keys";
import { Copy } from "../../ui/Copy";
import { Loading, ProblemNotice } from "../../ui/Notice";
import { Progress } from "../../ui/Progress";
import { QueueAlarm } from "../../ui/QueueAlarm";
import { SealState } from "../../ui/SealState";
import { Status } from "../../ui/Status";
import { RetryIn } from "../../ui/Times";
import { Usual } from "../../ui/Usual";
import { Waiting } from "../../ui/Waiting";
import { dated, isTaskId, number } from "../../ui/wording";
import { ActOnTask } from "../acting/ActOnTask";
import { AsOf } from "./AsOf";
import { Attempts } from "./Attempts";
import { Cancel } from "./Cancel";
import { Errors } from "./Errors";
import { Events } from "./Events";
import { Facts } from "./Facts";
import { NotifyEnd } from "./NotifyEnd";
import { Replay } from "./Replay";
import { summaryOf } from "./summary";
import { Tree } from "./Tree";
import { Retired, Unknown } from "./Unknown";
import { useAsOf, useEvents, useSettled, useTask } from "./useTask";
import { Verify } from "./Verify";

export function TaskView() {
  const { taskId } = useParams({ from: "/tasks/$taskId" });
  if (!isTaskId(taskId)) {
    return (
      <Frame projectId={null} title="Task not found">
        <Unknown taskId={taskId} />
      </Frame>
    );
  }
  return <Known key={taskId} taskId={taskId} />;
}

function Known({ taskId }: { taskId: string }) {
  const { task, query } = useTask(taskId);
  const events = useEvents(taskId, task?.version);
  const missing = isMissing(query.error);
  return (
    <Frame projectId={task?.project_id ?? null} title={task?.task_name ?? "Task"}>
      <div className="h-full overflow-y-auto">
        {task ? (
          <Shown
            task={task}
            events={events.data ?? null}
            problem={query.error ?? events.error}
            refresh={() => void query.refetch()}
          />
        ) : missing ? (
          <Unknown taskId={taskId} />
        ) : isRetired(query.error) ? (
          <Retired why={query.error.message} />
        ) : query.error ? (
          <ProblemNotice problem={query.error} retry={() => void query.refetch()} />
        ) : (
          <Loading rows={12} />
        )}
      </div>
    </Frame>
  );
}

const NONE: TaskEvent[] = [];

function Shown(props: {
  task: Task;
  events: TaskEvent[] | null;
  problem: Error | null;
  refresh: () => void;
}) {
  const { task, events } = props;
  const { version, zoom } = useSearch({ from: "/tasks/$taskId" });
  const navigate = useNavigate({ from: "/tasks/$taskId" });
  const to = useCallback(
    (next: number | undefined) =>
      void navigate({ search: (before) => ({ ...before, version: next }), replace: true }),
    [navigate],
  );
  const latest = Math.max(task.version, events?.length ?? 0);
  const at = Math.min(version ?? latest, latest);
  const asOf = useAsOf(task.task_id, useSettled(version === undefined ? undefined : at));
  // While a replay is on, the whole page is as of its event.
  const shown = version === undefined ? task : (asOf.data ?? task);
  const until = useMemo(
    () => (version === undefined ? events : (events?.slice(0, at) ?? null)),
    [events, version, at],
  );
  useKeys({
    arrowleft: () => to(Math.max(at - 1, 1)),
    arrowright: () => to(Math.min(at + 1, latest)),
    k: () => to(Math.min(at + 1, latest)),
    j: () => to(Math.max(at - 1, 1)),
    escape: () => to(undefined),
  });
  return (
    <div className="mx-auto grid max-w-7xl grid-cols-[minmax(0,1fr)] gap-4 p-3 sm:p-4">
      <Head task={shown} replayed={version !== undefined} refresh={props.refresh} />
      {props.problem && (
        <p role="alert" data-stale className="text-failure">
          ○ {props.problem.message} Showing the last known state, version {task.version}.
        </p>
      )}
      {events === null ? (
        <Loading rows={3} />
      ) : (
        <>
          <Attempts
            task={task}
            events={events}
            version={version}
            past={zoom === "past"}
            onVersion={to}
            onZoom={(past) =>
              void navigate({
                search: (before) => ({ ...before, zoom: past ? "past" : undefined }),
                replace: true,
              })
            }
          />
          <Tree task={task} />
          <Replay task={task} events={events} version={version} onVersion={to} />
        </>
      )}
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1fr)_344px]">
        {events === null ? (
          <Loading rows={6} />
        ) : (
          <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4">
            {/* Errors come and go in a replay: below the events, so that those hold still. */}
            <div className={`min-w-0 empty:hidden ${version === undefined ? "" : "order-last"}`}>
              <Errors task={shown} events={until ?? NONE} onEvent={to} />
            </div>
            <Events events={events} selected={version} onSelect={to} />
          </div>
        )}
        <section aria-label="Record">
          <h2 className="mb-1 font-semibold">
            Record{" "}
            <span className="font-normal text-soft">
              {version === undefined ? `version ${task.version}` : `as of version ${at}`}
            </span>
          </h2>
          {version === undefined ? (
            <Facts task={task} events={events ?? NONE} onEvent={to} />
          ) : (
            <AsOf taskId={task.task_id} version={at} />
          )}
        </section>
      </div>
    </div>
  );
}

function Head(props: { task: Task; replayed: boolean; refresh: () => void }) {
  const { task, replayed, refresh } = props;
  const { progress, retry } = task;
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-80">
        <div className="flex flex-wrap items-center gap-x-3">
          <h1 className="min-w-0 text-xl font-semibold break-words">{task.task_name}</h1>
          <div
            className="flex flex-wrap items-center gap-x-3"
            role="status"
            data-task-status={task.status}
          >
            <Status status={task.status} />
            {retry?.due_at &&
              (replayed ? (
                <span className="text-retry">next attempt due {dated(retry.due_at)}</span>
              ) : (
                <QueueAlarm task={task} other={<RetryIn due={retry.due_at} />} />
              ))}
            {!replayed && task.status === "PENDING" && (
              <span className="text-soft">
                <Waiting task={task} />
              </span>
            )}
            {!replayed && <Usual task={task} />}
            {!hasEnded(task.status) && !retry && progress.percent !== null && (
              <>
                <Progress percent={progress.percent} label="Progress" />
                <span className="max-w-96 min-w-0 truncate" title={progress.step ?? ""}>
                  {progress.step}
                </span>
              </>
            )}
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-x-2 text-xs text-soft">
          <span>{task.task_type}</span>
          <span className="inline-flex items-center gap-1">
            <span className="font-mono">{task.task_id}</span>
            <Copy text={task.task_id} label="task ID" />
          </span>
          <span className="inline-flex items-center">
            summary
            <Copy text={summaryOf(task, location.href)} label="summary" />
          </span>
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <SealState projectId={task.project_id} />
        <Verify task={task} />
        {replayed ? (
          <span className="text-link" data-replayed>
            As of event {number(task.version)}
          </span>
        ) : (
          <>
            <NotifyEnd task={task} />
            <ActOnTask task={task} onActed={refresh} />
            <Cancel task={task} onAsked={refresh} />
          </>
        )}
      </div>
    </div>
  );
}
