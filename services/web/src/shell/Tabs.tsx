import { Link } from "@tanstack/react-router";
import { useAddedViews } from "./addedViews";
import { mayAdminister, useSession } from "./session";

const TAB = {
  activeOptions: { exact: true, includeSearch: false },
  className: "rounded px-2 py-1 text-soft hover:bg-hover hover:text-ink hover:no-underline",
  activeProps: { className: "bg-mark font-medium !text-ink" },
} as const;

/** The views of a project, including added ones, or those of all projects. */
export function Tabs({ projectId }: { projectId: string | null }) {
  return (
    <nav
      aria-label="Views"
      className="order-last flex w-full flex-wrap items-center gap-1 sm:order-none sm:w-auto"
    >
      {projectId === null ? <OfAll /> : <OfProject projectId={projectId} />}
    </nav>
  );
}

function OfAll() {
  return (
    <>
      <Link {...TAB} to="/">
        Projects
      </Link>
      <Link {...TAB} to="/tasks">
        Tasks
      </Link>
      <Link {...TAB} to="/failures">
        Failures
      </Link>
      <Link {...TAB} to="/charts">
        Charts
      </Link>
      <Link {...TAB} to="/queues">
        Queues
      </Link>
      <Link {...TAB} to="/workers">
        Workers
      </Link>
      <Link {...TAB} to="/schedules">
        Schedules
      </Link>
      {mayAdminister(useSession().data) && (
        <Link {...TAB} to="/tokens">
          Tokens
        </Link>
      )}
    </>
  );
}

function OfProject({ projectId }: { projectId: string }) {
  return (
    <>
      <Link {...TAB} to="/projects/$projectId" params={{ projectId }}>
        Tasks
      </Link>
      <Link {...TAB} to="/projects/$projectId/failures" params={{ projectId }}>
        Failures
      </Link>
      <Link {...TAB} to="/projects/$projectId/charts" params={{ projectId }}>
        Charts
      </Link>
      <Link {...TAB} to="/projects/$projectId/timeline" params={{ projectId }}>
        Timeline
      </Link>
      {useAddedViews().map(({ name, title }) => (
        <Link
          {...TAB}
          key={name}
          to="/projects/$projectId/$view"
          params={{ projectId, view: name }}
        >
          {title}
        </Link>
      ))}
    </>
  );
}
