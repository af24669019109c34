import { useNavigate, useSearch } from "@tanstack/react-router";
import { FailuresView } from "./FailuresView";

/** The failures of every accessible project. */
export function AllFailuresView() {
  const search = useSearch({ from: "/failures" });
  const navigate = useNavigate({ from: "/failures" });
  return (
    <FailuresView
      projectId={null}
      search={search}
      onSearch={(next) => void navigate({ search: next })}
    />
  );
}
