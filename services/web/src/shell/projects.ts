/** Projects, read a page at a time. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { answered, type Project, useLedgerClient } from "../client";

/** A response looks at 5,000 projects, so this searches 100,000. */
const MOST_RESPONSES = 20;

/**
 * The first of the projects with this text in the id or the name, the one with exactly this id
 * before all others; hidden ones are left out. `next` is null if there are no more.
 */
export function useProjects(search = "", limit = 50) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["projects", search, limit],
    queryFn: async ({ signal }) => {
      const projects: Project[] = [];
      let next: string | null = null;
      for (let response = 0; response < MOST_RESPONSES; response += 1) {
        const query = {
          limit: limit - projects.length,
          ...(search ? { search } : {}),
          ...(next ? { cursor: next } : {}),
        };
        const page: { projects: Project[]; next: string | null } = await answered(
          client.GET("/projects", { params: { query }, signal }),
        );
        projects.push(...page.projects);
        next = page.next;
        if (next === null || projects.length >= limit) break;
      }
      return { projects, next };
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
