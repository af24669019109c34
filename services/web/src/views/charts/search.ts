/** What the charts show, as it stands in the address. */
import { one, timeIn } from "../../shell/search";

export interface ChartsSearch {
  /** The last 24 hours without it. */
  range?: "7d" | "31d" | undefined;
  /** All types without it. */
  type?: string | undefined;
  /** The end of the range; now without it. */
  until?: string | undefined;
}

export function chartsSearch(search: Record<string, unknown>): ChartsSearch {
  const range = one(search.range);
  return {
    range: range === "7d" || range === "31d" ? range : undefined,
    type: one(search.type) || undefined,
    until: timeIn(search.until),
  };
}
