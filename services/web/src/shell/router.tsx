/** Which address shows what. Whatever can be looked at is in the address. */
import { createRootRoute, createRoute, createRouter, Outlet } from "@tanstack/react-router";
import { ProblemNotice } from "../ui/Notice";
import { DrawingsView } from "../views/drawings/DrawingsView";
import { drawingsSearch } from "../views/drawings/search";
import { ProjectsView } from "../views/projects/ProjectsView";
import { taskSearch } from "../views/task/search";
import { TaskView } from "../views/task/TaskView";
import { tasksSearch } from "../views/tasks/search";
import { TasksView } from "../views/tasks/TasksView";
import { timelineSearch } from "../views/timeline/search";
import { TimelineView } from "../views/timeline/TimelineView";
import { NotHere, ServerProblem } from "./NotHere";
import { parseSearch, stringifySearch } from "./search";

const told = document.querySelector<HTMLMetaElement>("meta[name=task-ledger-problem]")?.content;

const root = createRootRoute({
  component: told ? () => <ServerProblem told={told} /> : Outlet,
  notFoundComponent: NotHere,
  errorComponent: ({ error, reset }) => <ProblemNotice problem={error} retry={reset} />,
});

const projects = createRoute({ getParentRoute: () => root, path: "/", component: ProjectsView });

export const tasksRoute = createRoute({
  getParentRoute: () => root,
  path: "/projects/$projectId",
  validateSearch: tasksSearch,
  component: TasksView,
});

export const timelineRoute = createRoute({
  getParentRoute: () => root,
  path: "/projects/$projectId/timeline",
  validateSearch: timelineSearch,
  component: TimelineView,
});

export const drawingsRoute = createRoute({
  getParentRoute: () => root,
  path: "/projects/$projectId/drawings",
  validateSearch: drawingsSearch,
  component: DrawingsView,
});

export const taskRoute = createRoute({
  getParentRoute: () => root,
  path: "/tasks/$taskId",
  validateSearch: taskSearch,
  component: TaskView,
});

export const router = createRouter({
  routeTree: root.addChildren([projects, tasksRoute, timelineRoute, drawingsRoute, taskRoute]),
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
