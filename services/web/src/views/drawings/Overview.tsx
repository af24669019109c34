import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { isMissing } from "../../client";
import { ProblemNotice } from "../../ui/Notice";
import { SearchBox } from "../../ui/SearchBox";
import { useDrawingsNavigate, useDrawingsSearch } from "./address";
import { Batch } from "./Batch";
import { Conditions } from "./conditions/Conditions";
import { Documents } from "./documents/Documents";
import { hasFailures, isSet, ProcessSet, SetProgress } from "./ProcessSet";
import { useDocuments } from "./queries";
import { withPicked } from "./search";
import { TaskLine } from "./TaskLine";
import { ChooseFiles, SentFiles } from "./upload/Upload";
import type { Uploads } from "./upload/useUploads";
import { useTasksOf } from "./useDrawingTasks";

/** All drawings of a project, and their measurements. */
export function Overview(props: { projectId: string; mayOperate: boolean; uploads: Uploads }) {
  const { projectId, mayOperate, uploads } = props;
  const search = useDrawingsSearch();
  const navigate = useNavigate();
  const change = useDrawingsNavigate();
  // A state, because its scrolling content must render again once it exists: the drawings may be
  // known first.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const find = (text: string | undefined) => change((now) => ({ ...now, find: text || undefined }));
  const { error } = useDocuments(projectId);
  const set = useTasksOf(projectId).find(isSet);
  if (isMissing(error)) return <ProblemNotice problem={error} />;
  return (
    <div ref={setScroller} className="h-full overflow-y-auto" data-scroller>
      <div className="mx-auto grid max-w-[1600px] grid-cols-[minmax(0,1fr)] gap-4 p-3 sm:p-4 lg:grid-cols-[minmax(0,1fr)_320px]">
        <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-4">
          <div className="flex flex-wrap items-center gap-3">
            <h1 className="text-xl font-semibold">Drawings</h1>
            {mayOperate ? (
              <>
                <ChooseFiles send={uploads.send} />
                <ProcessSet projectId={projectId} />
              </>
            ) : (
              <span className="text-soft">Uploading requires the role operator or admin.</span>
            )}
            <SearchBox
              label="Find drawings, or paste a task ID to open it"
              placeholder="Find drawings"
              text={search.find ?? ""}
              onText={find}
              onOpen={(taskId) => void navigate({ to: "/tasks/$taskId", params: { taskId } })}
            />
          </div>
          <SentFiles uploads={uploads} projectId={projectId} />
          {set && (set.status !== "SUCCESS" || hasFailures(set)) && (
            <section aria-label="Processing of all drawings" className="panel px-4 py-1.5">
              <TaskLine task={set}>
                <SetProgress task={set} />
              </TaskLine>
            </section>
          )}
          <Documents
            projectId={projectId}
            search={search}
            mayOperate={mayOperate}
            scroller={scroller}
            onFind={find}
            onPick={(id) => change((now) => withPicked(now, id), true)}
          />
        </div>
        <div className="content-start lg:sticky lg:top-4 lg:self-start">
          <Conditions projectId={projectId} mayOperate={mayOperate} alone />
        </div>
        {mayOperate && search.pick && (
          <div className="sticky bottom-3 z-10 lg:col-span-2">
            <Batch
              projectId={projectId}
              picked={search.pick}
              onClear={() => change((now) => ({ ...now, pick: undefined }), true)}
            />
          </div>
        )}
      </div>
    </div>
  );
}
