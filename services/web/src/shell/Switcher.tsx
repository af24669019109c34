import { useQuery } from "@tanstack/react-query";
import { useMatches, useNavigate } from "@tanstack/react-router";
import { answered, type LedgerClient, type Project, useLedgerClient } from "../client";

/** All accessible projects. */
export async function readProjects(client: LedgerClient, signal: AbortSignal): Promise<Project[]> {
  const found: Project[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: 500, ...(cursor ? { cursor } : {}) };
    const page = await answered(client.GET("/projects", { params: { query }, signal }));
    found.push(...page.projects);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

export function useProjects() {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["projects"],
    queryFn: ({ signal }) => readProjects(client, signal),
    refetchInterval: 30_000,
  });
}

/** The view of all projects that corresponds to a project's view. */
const OF_ALL: Partial<Record<string, "/tasks" | "/failures" | "/charts">> = {
  "/projects/$projectId": "/tasks",
  "/projects/$projectId/failures": "/failures",
  "/projects/$projectId/charts": "/charts",
};

/** Switches the project and keeps the kind of view. */
export function Switcher({ projectId }: { projectId: string | null }) {
  const navigate = useNavigate();
  const at = useMatches({ select: (matches) => matches.at(-1) });
  const projects = useProjects().data ?? [];
  const unknown = projectId !== null && !projects.some((project) => project.id === projectId);
  return (
    <select
      aria-label="Project"
      className="field w-0 min-w-24 max-w-44 flex-1 text-ellipsis font-medium sm:w-auto sm:max-w-60 sm:flex-none"
      value={projectId ?? ""}
      onChange={(event) => {
        const chosen = event.target.value;
        if (chosen === "") void navigate({ to: OF_ALL[at?.routeId ?? ""] ?? "/" });
        else if (at?.routeId === "/failures" || at?.routeId === "/projects/$projectId/failures")
          void navigate({ to: "/projects/$projectId/failures", params: { projectId: chosen } });
        else if (at?.routeId === "/charts" || at?.routeId === "/projects/$projectId/charts")
          void navigate({ to: "/projects/$projectId/charts", params: { projectId: chosen } });
        else if (at?.routeId === "/projects/$projectId/timeline")
          void navigate({ to: at.routeId, params: { projectId: chosen } });
        else if (at?.routeId === "/projects/$projectId/$view")
          void navigate({ to: at.routeId, params: { ...at.params, projectId: chosen } });
        else void navigate({ to: "/projects/$projectId", params: { projectId: chosen } });
      }}
    >
      <option value="">All projects</option>
      {unknown && <option value={projectId}>{projectId}</option>}
      {projects.map((project) => (
        <option key={project.id} value={project.id}>
          {project.name}
        </option>
      ))}
    </select>
  );
}
