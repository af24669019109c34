import { Link } from "@tanstack/react-router";
import type { Project } from "../../client";
import { mayManageProjects, useSession } from "../../shell/session";
import { Copy } from "../../ui/Copy";
import { STATUSES, Status } from "../../ui/Status";
import { Ago } from "../../ui/Times";
import { number } from "../../ui/wording";
import { ManageProject } from "./ManageProject";

export function ProjectRow({ project }: { project: Project }) {
  const manages = mayManageProjects(useSession().data);
  return (
    <li data-project={project.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
      <div className="min-w-0 flex-1 basis-60">
        <Link
          to="/projects/$projectId"
          params={{ projectId: project.id }}
          className="font-medium wrap-anywhere max-sm:inline-block max-sm:leading-7"
        >
          {project.name}
        </Link>
        {project.description !== null && (
          <p className="wrap-anywhere text-soft">{project.description}</p>
        )}
        <div className="flex flex-wrap items-center gap-x-1 text-xs text-soft">
          <span className="font-mono wrap-anywhere">{project.id}</span>
          <Copy text={project.id} label="project ID" />
          <span>
            {project.created_at !== null && (
              <>
                created <Ago time={project.created_at} /> ago by {project.created_by}
              </>
            )}
          </span>
        </div>
        {project.hidden && <Hidden hidden={project.hidden} />}
      </div>
      <Counts project={project} />
      {manages && <ManageProject project={project} />}
    </li>
  );
}

function Hidden({ hidden }: { hidden: NonNullable<Project["hidden"]> }) {
  return (
    <p data-hidden className="text-xs text-soft">
      <span aria-hidden="true">◌ </span>
      hidden <Ago time={hidden.at} /> ago by {hidden.by}
      {hidden.new_events > 0 && (
        <span className="text-retry"> · {number(hidden.new_events)} new events since</span>
      )}
    </p>
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
