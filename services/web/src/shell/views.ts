/** The views of the page. Their code is loaded on first use or when the browser is idle. */
import type { ComponentType } from "react";

export interface View {
  name: string;
  title: string;
  load: () => Promise<ComponentType>;
}

export const PROJECTS: View = {
  name: "projects",
  title: "Projects",
  load: async () => (await import("../views/projects/ProjectsView")).ProjectsView,
};

export const TASKS: View = {
  name: "tasks",
  title: "Tasks",
  load: async () => (await import("../views/tasks/ProjectTasksView")).ProjectTasksView,
};

export const ALL_TASKS: View = {
  name: "all-tasks",
  title: "Tasks of all projects",
  load: async () => (await import("../views/tasks/AllTasksView")).AllTasksView,
};

export const FAILURES: View = {
  name: "failures",
  title: "Failures",
  load: async () => (await import("../views/failures/ProjectFailuresView")).ProjectFailuresView,
};

export const ALL_FAILURES: View = {
  name: "all-failures",
  title: "Failures of all projects",
  load: async () => (await import("../views/failures/AllFailuresView")).AllFailuresView,
};

export const CHARTS: View = {
  name: "charts",
  title: "Charts",
  load: async () => (await import("../views/charts/ProjectChartsView")).ProjectChartsView,
};

export const ALL_CHARTS: View = {
  name: "all-charts",
  title: "Charts of all projects",
  load: async () => (await import("../views/charts/AllChartsView")).AllChartsView,
};

export const QUEUES: View = {
  name: "queues",
  title: "Queues",
  load: async () => (await import("../views/queues/QueuesView")).QueuesView,
};

export const WORKERS: View = {
  name: "workers",
  title: "Workers",
  load: async () => (await import("../views/workers/WorkersView")).WorkersView,
};

export const SCHEDULES: View = {
  name: "schedules",
  title: "Schedules",
  load: async () => (await import("../views/schedules/SchedulesView")).SchedulesView,
};

export const TOKENS: View = {
  name: "tokens",
  title: "Tokens",
  load: async () => (await import("../views/tokens/TokensView")).TokensView,
};

export const NOTIFICATIONS: View = {
  name: "notifications",
  title: "Notifications",
  load: async () => (await import("../views/notifications/NotificationsView")).NotificationsView,
};

export const TIMELINE: View = {
  name: "timeline",
  title: "Timeline",
  load: async () => (await import("../views/timeline/TimelineView")).TimelineView,
};

export const TASK: View = {
  name: "task",
  title: "Task",
  load: async () => (await import("../views/task/TaskView")).TaskView,
};

/** The views of every installation. */
export const LEDGER_VIEWS: readonly View[] = [
  PROJECTS,
  TASKS,
  ALL_TASKS,
  FAILURES,
  ALL_FAILURES,
  CHARTS,
  ALL_CHARTS,
  QUEUES,
  WORKERS,
  SCHEDULES,
  TOKENS,
  NOTIFICATIONS,
  TIMELINE,
  TASK,
];

/** A project view added by an application, at `/projects/{id}/{name}`. */
export interface AddedView extends View {
  /** The key that opens it after `g`. */
  key: string;
  /** How to start if there are no projects yet. */
  begins: string;
  /** How to start in a project without tasks. */
  invites: string;
  /** Shown if the installation does not have the view. */
  missing: string;
}

/** The views added by applications, each in its own folder; the session tells which are enabled. */
export const ADDED_VIEWS: readonly AddedView[] = [
  {
    name: "drawings",
    title: "Drawings",
    key: "d",
    begins:
      "For drawings, an admin creates one with POST api/v1/projects; “task-ledger demo” adds a sample.",
    invites: "Upload drawings",
    missing: "This installation has no drawings",
    load: async () => (await import("../views/drawings/DrawingsView")).DrawingsView,
  },
];
