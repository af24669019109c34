import { useParams } from "@tanstack/react-router";
import { Frame } from "../../shell/Frame";
import { mayOperate, useSession } from "../../shell/session";
import { Loading } from "../../ui/Notice";
import { ADDRESS, useDrawingsSearch } from "./address";
import { CorrectionsContext, useCorrecting } from "./corrections";
import { Overview } from "./Overview";
import { PageView } from "./page/PageView";
import { useDocuments } from "./queries";
import { DropZone } from "./upload/DropZone";
import { useUploads } from "./upload/useUploads";
import { DrawingTasksContext, useDrawingTasks } from "./useDrawingTasks";

export function DrawingsView() {
  const { projectId } = useParams({ from: ADDRESS });
  return (
    <Frame projectId={projectId} title={`Drawings of ${projectId}`}>
      <Drawings key={projectId} projectId={projectId} />
    </Frame>
  );
}

function Drawings({ projectId }: { projectId: string }) {
  const { page } = useDrawingsSearch();
  const session = useSession();
  const operates = mayOperate(session.data);
  const tasks = useDrawingTasks(projectId, page);
  const uploads = useUploads(projectId);
  const corrections = useCorrecting(projectId);
  useDocuments(projectId);
  // Show missing permissions only once the session is known.
  if (session.data === undefined) return <Loading rows={6} />;
  return (
    <DrawingTasksContext value={tasks}>
      <CorrectionsContext value={corrections}>
        <DropZone onFiles={operates && page === undefined ? uploads.send : null}>
          {page === undefined ? (
            <Overview projectId={projectId} mayOperate={operates} uploads={uploads} />
          ) : (
            <PageView key={page} projectId={projectId} pageId={page} mayOperate={operates} />
          )}
        </DropZone>
      </CorrectionsContext>
    </DrawingTasksContext>
  );
}
