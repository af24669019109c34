import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ChartsView } from "./ChartsView";

export function ProjectChartsView() {
  const { projectId } = useParams({ from: "/projects/$projectId/charts" });
  const search = useSearch({ from: "/projects/$projectId/charts" });
  const navigate = useNavigate({ from: "/projects/$projectId/charts" });
  return (
    <ChartsView
      projectId={projectId}
      search={search}
      onSearch={(next) => void navigate({ search: next })}
    />
  );
}
