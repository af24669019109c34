import { Link } from "@tanstack/react-router";
import { useId } from "react";
import { useTaskPolling } from "../../../client";
import { Progress } from "../../../ui/Progress";
import { Status } from "../../../ui/Status";
import { Doing } from "../TaskLine";
import type { Sending, Uploads } from "./useUploads";

/** A button for choosing files; files can also be dropped anywhere on the view. */
export function ChooseFiles({ send }: { send: Uploads["send"] }) {
  const id = useId();
  return (
    <>
      <label
        htmlFor={id}
        className="button cursor-pointer focus-within:outline-2 focus-within:outline-link"
      >
        Upload drawings
        <input
          id={id}
          type="file"
          multiple
          accept=".pdf,.png,.jpg,.jpeg,.tif,.tiff"
          className="sr-only"
          onChange={(event) => {
            send(event.currentTarget.files ?? []);
            event.currentTarget.value = "";
          }}
        />
      </label>
      <span className="hidden text-xs text-soft md:inline">
        or drop PDF, PNG, JPEG or TIFF files anywhere here
      </span>
    </>
  );
}

/** The uploads of this page. */
export function SentFiles({ uploads, projectId }: { uploads: Uploads; projectId: string }) {
  if (uploads.files.length === 0) return null;
  return (
    <ul aria-label="Uploads" className="panel min-w-0 divide-y divide-line">
      {uploads.files.map((file) => (
        <li key={file.key} className="flex items-center gap-x-3 px-4 py-1.5">
          {file.taskId ? (
            <WorkedOn taskId={file.taskId} name={file.name} projectId={projectId} />
          ) : (
            <OnItsWay file={file} />
          )}
          {(file.taskId || file.refused) && (
            <button
              type="button"
              className="button min-h-6 px-2 text-xs"
              aria-label={`Dismiss ${file.name}`}
              onClick={() => uploads.dismiss(file.key)}
            >
              Dismiss
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function OnItsWay({ file }: { file: Sending }) {
  if (file.refused) {
    return (
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3">
        <span className="truncate font-medium">{file.name}</span>
        <p role="alert" className="min-w-48 flex-1 text-failure">
          Not uploaded: {file.refused}
        </p>
      </div>
    );
  }
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3">
      <span className="truncate font-medium">{file.name}</span>
      {file.percent === null ? (
        <span className="text-soft">queued</span>
      ) : (
        <>
          <Progress percent={file.percent} label={`Upload of ${file.name}`} />
          <span className="text-soft">{file.percent < 100 ? "uploading" : "checking"}</span>
        </>
      )}
    </div>
  );
}

/** The task of an upload, until it ends. */
function WorkedOn(props: { taskId: string; name: string; projectId: string }) {
  const { taskId, projectId } = props;
  const { task, problem } = useTaskPolling(taskId, {
    interval: 500,
    invalidateKeys: [["documents", projectId], ["pages"]],
  });
  return (
    <div
      className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3"
      data-upload={taskId}
      data-status={task?.status}
    >
      <span className="w-24">{task && <Status status={task.status} />}</span>
      <Link to="/tasks/$taskId" params={{ taskId }} className="min-w-0 truncate font-medium">
        {task?.task_name ?? props.name}
      </Link>
      {task && <Doing task={task} />}
      {problem && <span className="text-failure">{problem.message}</span>}
    </div>
  );
}
