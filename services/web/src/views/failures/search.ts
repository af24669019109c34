/** What the list of failures shows, as stored in the address. */
import { one } from "../../shell/search";

export interface FailuresSearch {
  /** Open groups if absent. */
  state?: "handled" | undefined;
  /** The last 24 hours by hour if absent; otherwise the last 14 days by day. */
  trend?: "days" | undefined;
}

export function failuresSearch(search: Record<string, unknown>): FailuresSearch {
  return {
    state: one(search.state) === "handled" ? "handled" : undefined,
    trend: one(search.trend) === "days" ? "days" : undefined,
  };
}
