import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { type Place, TasksView } from "./TasksView";

/** The tasks of every accessible project. */
export function AllTasksView() {
  const search = useSearch({ from: "/tasks" });
  const navigate = useNavigate({ from: "/tasks" });
  const onSearch = useCallback<Place["onSearch"]>(
    (change, replace = false) => void navigate({ search: change, replace }),
    [navigate],
  );
  return <TasksView projectId={null} search={search} onSearch={onSearch} />;
}
