/** The routes. All view state is in the URL. */
import { createRootRoute, createRoute, createRouter, Outlet } from "@tanstack/react-router";
import { pageRoot } from "../client";
import { ProblemNotice } from "../ui/Notice";
import { chartsSearch } from "../views/charts/search";
import { failuresSearch } from "../views/failures/search";
import { projectsSearch } from "../views/projects/search";
import { taskSearch } from "../views/task/search";
import { allTasksSearch, tasksSearch } from "../views/tasks/search";
import { timelineSearch } from "../views/timeline/search";
import { AddedViewAtAddress, LazyView } from "./LazyView";
import { NotHere, ServerProblem } from "./NotHere";
import { Shell } from "./Shell";
import { parseSearch, stringifySearch } from "./search";
import {
  ALL_CHARTS,
  ALL_FAILURES,
  ALL_TASKS,
  CHARTS,
  FAILURES,
  NOTIFICATIONS,
  PROJECTS,
  QUEUES,
  SCHEDULES,
  TASK,
  TASKS,
  TIMELINE,
  TOKENS,
  WORKERS,
} from "./views";

const told = document.querySelector<HTMLMetaElement>("meta[name=task-ledger-problem]")?.content;

const root = createRootRoute({
  component: () =>
    told ? (
      <ServerProblem told={told} />
    ) : (
      <Shell>
        <Outlet />
      </Shell>
    ),
  notFoundComponent: NotHere,
  errorComponent: ({ error, reset }) => <ProblemNotice problem={error} retry={reset} />,
});

const projects = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: projectsSearch,
  component: () => <LazyView view={PROJECTS} />,
});

const allTasks = createRoute({
  getParentRoute: () => root,
  path: "/tasks",
  validateSearch: allTasksSearch,
  component: () => <LazyView view={ALL_TASKS} />,
});

const tasks = createRoute({
  getParentRoute: () => root,
  path: "/projects/$projectId",
  validateSearch: tasksSearch,
  component: () => <LazyView view={TASKS} />,
});

const allFailures = createRoute({
  getParentRoute: () => root,
  path: "/failures",
  validateSearch: failuresSearch,
  component: () => <LazyView view={ALL_FAILURES} />,
});

const failures = createRoute({
  getParentRoute: () => root,
  path: "/projects/$projectId/failures",
  validateSearch: failuresSearch,
  component: () => <LazyView view={FAILURES} />,
});

const allCharts = createRoute({
  getParentRoute: () => root,
  path: "/charts",
  validateSearch: chartsSearch,
  component: () => <LazyView view={ALL_CHARTS} />,
});

const charts = createRoute({
  getParentRoute: () => root,
  path: "/projects/$projectId/charts",
  validateSearch: chartsSearch,
  component: () => <LazyView view={CHARTS} />,
});

const queues = createRoute({
  getParentRoute: () => root,
  path: "/queues",
  component: () => <LazyView view={QUEUES} />,
});

const workers = createRoute({
  getParentRoute: () => root,
  path: "/workers",
  component: () => <LazyView view={WORKERS} />,
});

const schedules = createRoute({
  getParentRoute: () => root,
  path: "/schedules",
  component: () => <LazyView view={SCHEDULES} />,
});

const tokens = createRoute({
  getParentRoute: () => root,
  path: "/tokens",
  component: () => <LazyView view={TOKENS} />,
});

const notifications = createRoute({
  getParentRoute: () => root,
  path: "/notifications",
  component: () => <LazyView view={NOTIFICATIONS} />,
});

const timeline = createRoute({
  getParentRoute: () => root,
  path: "/projects/$projectId/timeline",
  validateSearch: timelineSearch,
  component: () => <LazyView view={TIMELINE} />,
});

const added = createRoute({
  getParentRoute: () => root,
  path: "/projects/$projectId/$view",
  // The view itself interprets the query.
  validateSearch: (search): Record<string, unknown> => search,
  component: AddedViewAtAddress,
});

const task = createRoute({
  getParentRoute: () => root,
  path: "/tasks/$taskId",
  validateSearch: taskSearch,
  component: () => <LazyView view={TASK} />,
});

export const router = createRouter({
  routeTree: root.addChildren([
    projects,
    allTasks,
    tasks,
    allFailures,
    failures,
    allCharts,
    charts,
    queues,
    workers,
    schedules,
    tokens,
    notifications,
    timeline,
    added,
    task,
  ]),
  basepath: pageRoot().pathname,
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
