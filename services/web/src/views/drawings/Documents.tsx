import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answered, type Document, useLedgerClient } from "../../client";
import { mayOperate, useSession } from "../../shell/session";
import { Id } from "../../ui/Copy";
import { Loading, Notice, ProblemNotice } from "../../ui/Notice";
import { Ago } from "../../ui/Times";
import { number } from "../../ui/wording";
import { Upload } from "./Upload";
import { UploadedTask } from "./UploadedTask";

export function Documents({ projectId }: { projectId: string }) {
  const client = useLedgerClient();
  const session = useSession();
  const [tasks, setTasks] = useState<string[]>([]);
  const documents = useQuery({
    queryKey: ["documents", projectId],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/api/v1/projects/{project_id}/documents", {
          params: { path: { project_id: projectId } },
          signal,
        }),
      ),
  });
  return (
    <div className="grid gap-4">
      {mayOperate(session.data) ? (
        <Upload projectId={projectId} onTask={(id) => setTasks((before) => [id, ...before])} />
      ) : (
        <p className="text-soft">Uploading needs the role operator or admin.</p>
      )}
      {tasks.map((id) => (
        <UploadedTask key={id} taskId={id} projectId={projectId} />
      ))}
      {documents.data ? (
        <List documents={documents.data.documents} />
      ) : documents.error ? (
        <ProblemNotice problem={documents.error} retry={() => void documents.refetch()} />
      ) : (
        <Loading rows={4} />
      )}
    </div>
  );
}

function List({ documents }: { documents: Document[] }) {
  if (documents.length === 0) {
    return (
      <Notice title="No drawing yet">
        Upload a PDF, PNG, JPEG or TIFF; its pages appear here as they are read.
      </Notice>
    );
  }
  return (
    <ul className="panel divide-y divide-line">
      {documents.map((document) => (
        <li
          key={document.id}
          className="flex flex-wrap items-center gap-x-4 px-4 py-2"
          data-document={document.id}
        >
          <span className="min-w-40 flex-1 truncate font-medium">{document.file_name}</span>
          <span className="text-soft">
            {document.page_count === null
              ? "not split yet"
              : `${number(document.page_count)} pages`}
          </span>
          <span className="text-soft">{number(Math.ceil(document.size_bytes / 1024))} KB</span>
          <span className="text-soft">
            <Ago time={document.created_at} /> ago by {document.uploaded_by}
          </span>
          <Id id={document.id} label="the document's id" />
        </li>
      ))}
    </ul>
  );
}
