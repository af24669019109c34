/** The views of a project and of all projects: a side bar, icons if there is little room, and a bar at the
 * bottom of a phone. */
import { Link, type LinkProps } from "@tanstack/react-router";
import { useAddedViews } from "./addedViews";
import { mayAdminister, useSession } from "./session";

const LINK = {
  activeOptions: { exact: true, includeSearch: false },
  className:
    "flex shrink-0 items-center gap-2 rounded px-2 text-soft hover:bg-hover hover:text-ink hover:no-underline max-sm:min-w-16 max-sm:flex-col max-sm:gap-0 max-sm:px-1 max-sm:py-1 max-sm:text-xs sm:h-8 sm:w-8 xl:w-auto",
  activeProps: { className: "bg-mark font-medium !text-ink" },
} as const;

const OF_ALL = [
  ["Projects", "/"],
  ["Tasks", "/tasks"],
  ["Failures", "/failures"],
  ["Charts", "/charts"],
] as const;

const OF_PROJECT = [
  ["Tasks", ""],
  ["Failures", "/failures"],
  ["Charts", "/charts"],
  ["Timeline", "/timeline"],
] as const;

/** Not of a single project. */
const SHARED = [
  ["Queues", "/queues"],
  ["Workers", "/workers"],
  ["Schedules", "/schedules"],
  ["Notifications", "/notifications"],
] as const;

export function SideBar({ projectId }: { projectId: string | null }) {
  const added = useAddedViews();
  return (
    <nav
      aria-label="Views"
      data-scrolls-sideways
      className="flex shrink-0 gap-1 border-line bg-panel p-1 [scrollbar-width:none] max-sm:overflow-x-auto max-sm:border-t sm:flex-col sm:overflow-y-auto sm:border-r sm:p-2 xl:w-44 print:hidden"
    >
      <Link to="/" className="hidden h-8 items-center px-2 font-semibold text-ink xl:flex">
        Task Ledger
      </Link>
      {projectId === null ? (
        OF_ALL.map(([title, to]) => <Item key={to} title={title} to={to} />)
      ) : (
        <>
          {OF_PROJECT.map(([title, to]) => (
            <Item key={to} title={title} to={`/projects/$projectId${to}`} params={{ projectId }} />
          ))}
          {added.map(({ name, title }) => (
            <Item
              key={name}
              title={title}
              to="/projects/$projectId/$view"
              params={{ projectId, view: name }}
            />
          ))}
          <span className="border-line max-sm:border-l sm:border-t" />
          <Item title="Projects" to="/" />
        </>
      )}
      {SHARED.map(([title, to]) => (
        <Item key={to} title={title} to={to} />
      ))}
      {mayAdminister(useSession().data) && <Item title="Tokens" to="/tokens" />}
    </nav>
  );
}

function Item({ title, ...to }: Pick<LinkProps, "to" | "params"> & { title: string }) {
  return (
    <Link {...LINK} {...to} title={title}>
      <span className={`icon icon-${title.toLowerCase()}`} aria-hidden="true" />
      <span className="sm:max-xl:sr-only">{title}</span>
    </Link>
  );
}
