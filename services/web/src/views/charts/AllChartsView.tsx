import { useNavigate, useSearch } from "@tanstack/react-router";
import { ChartsView } from "./ChartsView";

/** What happened in every project that one may see. */
export function AllChartsView() {
  const search = useSearch({ from: "/charts" });
  const navigate = useNavigate({ from: "/charts" });
  return (
    <ChartsView
      projectId={null}
      search={search}
      onSearch={(next) => void navigate({ search: next })}
    />
  );
}
