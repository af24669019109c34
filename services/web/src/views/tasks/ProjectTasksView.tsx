import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { type Place, TasksView } from "./TasksView";

export function ProjectTasksView() {
  const { projectId } = useParams({ from: "/projects/$projectId" });
  const search = useSearch({ from: "/projects/$projectId" });
  const navigate = useNavigate({ from: "/projects/$projectId" });
  const onSearch = useCallback<Place["onSearch"]>(
    (change, replace = false) => void navigate({ search: change, replace }),
    [navigate],
  );
  return <TasksView projectId={projectId} search={search} onSearch={onSearch} />;
}
