/** Parts of the page that are loaded when they are first opened, or when the browser is idle. */

export const PALETTE = {
  name: "palette",
  load: async () => (await import("./palette/Palette")).Palette,
};

/** The choice of another project. */
export const PROJECT_PICKER = {
  name: "project-picker",
  load: async () => (await import("./ProjectPicker")).ProjectPicker,
};

export const KEY_LEGEND = {
  name: "keys",
  load: async () => (await import("./KeyLegend")).KeyLegend,
};

/** A task beside a list. */
export const PEEK = {
  name: "peek",
  load: async () => (await import("../views/peek/Peek")).Peek,
};

/** A list as it was at an earlier time. */
export const PAST_TASKS = {
  name: "past-tasks",
  load: async () => (await import("../views/past/PastTasks")).PastTasks,
};

/** With the client of the live stream, which every view of a project loads too. */
export const CONNECTION_STATE = {
  name: "connection",
  load: async () => (await import("./ConnectionState")).ConnectionState,
};
