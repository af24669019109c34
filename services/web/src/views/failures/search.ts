/** What the list of failures shows, as it stands in the address. */
import { one } from "../../shell/search";

export interface FailuresSearch {
  /** Those that are open without it. */
  state?: "handled" | undefined;
  /** By the hour, the last 24 hours, without it; else by the day, the last 14. */
  trend?: "days" | undefined;
}

export function failuresSearch(search: Record<string, unknown>): FailuresSearch {
  return {
    state: one(search.state) === "handled" ? "handled" : undefined,
    trend: one(search.trend) === "days" ? "days" : undefined,
  };
}
