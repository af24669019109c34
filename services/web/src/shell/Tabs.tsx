import { Link } from "@tanstack/react-router";

/** The views of a project. A further view is a line here and a route in `router.tsx`. */
const VIEWS = [
  { to: "/projects/$projectId", name: "Tasks" },
  { to: "/projects/$projectId/timeline", name: "Timeline" },
  { to: "/projects/$projectId/drawings", name: "Drawings" },
] as const;

export function Tabs({ projectId }: { projectId: string }) {
  return (
    <nav
      aria-label="Views"
      className="order-last flex w-full items-center gap-1 sm:order-none sm:w-auto"
    >
      {VIEWS.map(({ to, name }) => (
        <Link
          key={to}
          to={to}
          params={{ projectId }}
          activeOptions={{ exact: true, includeSearch: false }}
          className="rounded px-2 py-1 text-soft hover:bg-hover hover:text-ink hover:no-underline"
          activeProps={{ className: "bg-mark font-medium !text-ink" }}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
