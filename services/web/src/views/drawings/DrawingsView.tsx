import { useParams } from "@tanstack/react-router";
import { Frame } from "../../shell/Frame";
import { Documents } from "./Documents";

export function DrawingsView() {
  const { projectId } = useParams({ from: "/projects/$projectId/drawings" });
  return (
    <Frame projectId={projectId} title={`Drawings of ${projectId}`}>
      <div className="h-full overflow-y-auto">
        <div className="mx-auto max-w-5xl p-4">
          <h1 className="mb-3 text-xl font-semibold">Drawings</h1>
          <Documents projectId={projectId} />
        </div>
      </div>
    </Frame>
  );
}
