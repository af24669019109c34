import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { answered, useLedgerClient } from "../../client";
import { useAddedViews } from "../../shell/addedViews";
import { Frame } from "../../shell/Frame";
import { useSession } from "../../shell/session";
import { Code } from "../../ui/Code";
import { LastKnown } from "../../ui/Freshness";
import { Found, Notice } from "../../ui/Notice";
import { SearchBox } from "../../ui/SearchBox";
import { number } from "../../ui/wording";
import { ProjectRow } from "./ProjectRow";
import type { ProjectsSearch } from "./search";

const PAGE = 50;

export function ProjectsView() {
  return (
    <Frame projectId={null} title="Projects">
      <Projects />
    </Frame>
  );
}

function useProjectPages(wanted: ProjectsSearch) {
  const client = useLedgerClient();
  return useInfiniteQuery({
    queryKey: ["projects", "pages", wanted],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        limit: PAGE,
        ...(wanted.search ? { search: wanted.search } : {}),
        ...(wanted.hidden ? { hidden: true } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
      };
      return await answered(client.GET("/projects", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next,
    refetchInterval: 30_000,
  });
}

function Projects() {
  const wanted = useSearch({ from: "/" });
  const navigate = useNavigate({ from: "/" });
  const show = (search: ProjectsSearch) =>
    void navigate({ search: { ...wanted, ...search }, replace: true });
  const pages = useProjectPages(wanted);
  const { data, hasNextPage, isFetchingNextPage, isError, fetchNextPage } = pages;
  const projects = data?.pages.flatMap((page) => page.projects) ?? [];
  // A page is short if it has looked at as many projects as one page may: the search goes on.
  const short = hasNextPage && (data?.pages.at(-1)?.projects.length ?? PAGE) < PAGE;
  useEffect(() => {
    if (short && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [short, isFetchingNextPage, isError, fetchNextPage]);
  const hidden = data?.pages[0]?.hidden;
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-5xl p-4">
        <h1 className="mb-3 text-xl font-semibold">Projects</h1>
        <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
          <SearchBox
            label="Search projects"
            placeholder="Id or name"
            text={wanted.search ?? ""}
            onText={(text) => show({ search: text || undefined })}
            onOpen={(taskId) => void navigate({ to: "/tasks/$taskId", params: { taskId } })}
          />
          {hidden !== undefined && (hidden.projects > 0 || wanted.hidden) && (
            <label className="inline-flex min-h-6 items-center gap-1.5 text-xs text-soft">
              <input
                type="checkbox"
                checked={wanted.hidden !== undefined}
                onChange={(event) => show({ hidden: event.target.checked ? "shown" : undefined })}
              />
              Show hidden ({number(hidden.projects)})
              {hidden.with_new_events > 0 && (
                <span className="text-retry">{number(hidden.with_new_events)} with new events</span>
              )}
            </label>
          )}
          {data && <LastKnown error={pages.error} />}
        </div>
        <Found asked={pages}>
          {() =>
            projects.length > 0 ? (
              <>
                <ul className="panel divide-y divide-line">
                  {projects.map((project) => (
                    <ProjectRow key={project.id} project={project} />
                  ))}
                </ul>
                {hasNextPage && (
                  <button
                    type="button"
                    className="button mt-3"
                    disabled={isFetchingNextPage}
                    onClick={() => void fetchNextPage()}
                  >
                    {isFetchingNextPage ? "Loading…" : "More projects"}
                  </button>
                )}
              </>
            ) : hasNextPage ? (
              <p role="status" className="text-soft">
                Searching…
              </p>
            ) : wanted.search ? (
              <Notice title="No project matches">
                No id or name of the listed projects has this text.
              </Notice>
            ) : (
              <NoProject hidden={hidden?.projects ?? 0} />
            )
          }
        </Found>
      </div>
    </div>
  );
}

function NoProject({ hidden }: { hidden: number }) {
  const reach = useSession().data?.projects;
  const added = useAddedViews();
  if (hidden > 0)
    return <Notice title="All projects are hidden">Show hidden ones to open one.</Notice>;
  if (reach)
    return <Notice title="No accessible projects">Your token has access to no project.</Notice>;
  return (
    <Notice title="No projects yet">
      A project appears when its first task is registered: pass <Code>project_id</Code> to{" "}
      <Code>enqueue</Code>.
      {added.map(({ name, begins }) => (
        <p key={name}>{begins}</p>
      ))}
    </Notice>
  );
}
