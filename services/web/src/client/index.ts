/** What other React applications may import; see docs/web.md. */
export { apiAddress, apiRoot, hostSignsIn, pageRoot } from "./address";
export * from "./api";
export { ServerClock } from "./clock";
export { LedgerProvider, useLedgerClient } from "./context";
export { type FollowerOptions, type FollowState, TimelineFollower } from "./follower";
export { NewestTasks } from "./newest";
export { type TaskPolling, type TaskPollingOptions, useTaskPolling } from "./useTaskPolling";
