/** Projects, read a page at a time. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { answered, useLedgerClient } from "../client";

/** The first of the projects with this text in the id or the name; hidden ones are left out. */
export function useProjects(search = "", limit = 50) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["projects", search, limit],
    queryFn: async ({ signal }) => {
      const query = { limit, ...(search ? { search } : {}) };
      return await answered(client.GET("/projects", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}

/** One project, also a hidden one. */
export function useProject(projectId: string | null) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["project", projectId],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/projects/{project_id}", {
          params: { path: { project_id: projectId ?? "" } },
          signal,
        }),
      ),
    enabled: projectId !== null,
    refetchInterval: 30_000,
  });
}
