import { Link } from "@tanstack/react-router";
import type { Project } from "../../client";
import { useAddedViews } from "../../shell/addedViews";
import { Frame } from "../../shell/Frame";
import { useProjects } from "../../shell/Switcher";
import { useSession } from "../../shell/session";
import { Code } from "../../ui/Code";
import { Copy } from "../../ui/Copy";
import { Loading, Notice, ProblemNotice } from "../../ui/Notice";
import { STATUSES, Status } from "../../ui/Status";
import { Ago } from "../../ui/Times";
import { number } from "../../ui/wording";

export function ProjectsView() {
  const projects = useProjects();
  return (
    <Frame projectId={null} title="Projects">
      <div className="h-full overflow-y-auto">
        <div className="mx-auto max-w-5xl p-4">
          <h1 className="mb-3 text-xl font-semibold">Projects</h1>
          {projects.data ? (
            <Projects projects={projects.data} />
          ) : projects.error ? (
            <ProblemNotice problem={projects.error} retry={() => void projects.refetch()} />
          ) : (
            <Loading />
          )}
        </div>
      </div>
    </Frame>
  );
}

function Projects({ projects }: { projects: Project[] }) {
  if (projects.length === 0) return <NoProject />;
  return (
    <ul className="panel divide-y divide-line">
      {projects.map((project) => (
        <li key={project.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
          <div className="min-w-0 flex-1 basis-60">
            <Link
              to="/projects/$projectId"
              params={{ projectId: project.id }}
              className="font-medium wrap-anywhere max-sm:inline-block max-sm:leading-7"
            >
              {project.name}
            </Link>
            <div className="flex flex-wrap items-center gap-x-1 text-xs text-soft">
              <span className="font-mono">{project.id}</span>
              <Copy text={project.id} label="project ID" />
              <span>
                {project.created_at !== null && (
                  <>
                    created <Ago time={project.created_at} /> ago by {project.created_by}
                  </>
                )}
              </span>
            </div>
          </div>
          <Counts project={project} />
        </li>
      ))}
    </ul>
  );
}

function NoProject() {
  const reach = useSession().data?.projects;
  const added = useAddedViews();
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

function Counts({ project }: { project: Project }) {
  const present = STATUSES.filter((status) => (project.tasks[status] ?? 0) > 0);
  if (present.length === 0) return <span className="text-soft">no tasks yet</span>;
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-1">
      {present.map((status) => (
        <Link
          key={status}
          to="/projects/$projectId"
          params={{ projectId: project.id }}
          search={{ status: [status] }}
          className="inline-flex min-h-6 items-center gap-1 text-ink"
        >
          <Status status={status} /> {number(project.tasks[status] ?? 0)}
        </Link>
      ))}
    </div>
  );
}
