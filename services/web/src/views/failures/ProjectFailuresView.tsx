import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { FailuresView } from "./FailuresView";

export function ProjectFailuresView() {
  const { projectId } = useParams({ from: "/projects/$projectId/failures" });
  const search = useSearch({ from: "/projects/$projectId/failures" });
  const navigate = useNavigate({ from: "/projects/$projectId/failures" });
  return (
    <FailuresView
      projectId={projectId}
      search={search}
      onSearch={(next) => void navigate({ search: next })}
    />
  );
}
