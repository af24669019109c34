import { Link } from "@tanstack/react-router";
import { useTaskPolling } from "../../client";
import { Progress } from "../../ui/Progress";
import { Status } from "../../ui/Status";

/** What the task of an upload is doing, until it has ended. */
export function UploadedTask({ taskId, projectId }: { taskId: string; projectId: string }) {
  const polling = useTaskPolling(taskId, {
    interval: 500,
    invalidateKeys: [["documents", projectId]],
  });
  const { task, progress } = polling;
  return (
    <div className="panel flex flex-wrap items-center gap-3 px-4 py-2" data-upload={taskId}>
      {task && <Status status={task.status} />}
      <Link to="/tasks/$taskId" params={{ taskId }} className="font-medium">
        {task?.task_name ?? "The upload's task"}
      </Link>
      {polling.isPolling && progress?.percent != null && (
        <>
          <Progress percent={progress.percent} label="Progress" />
          <span className="text-soft">{progress.step}</span>
        </>
      )}
      {polling.isError && (
        <span className="text-failure">{task?.error?.message ?? polling.problem?.message}</span>
      )}
    </div>
  );
}
