/** What the list of projects shows, as stored in the address. */
import { one } from "../../shell/search";

export interface ProjectsSearch {
  /** A text in the id or the name. */
  search?: string | undefined;
  /** Hidden projects are left out if absent. */
  hidden?: "shown" | undefined;
}

export function projectsSearch(search: Record<string, unknown>): ProjectsSearch {
  return {
    search: one(search.search)?.slice(0, 300),
    hidden: one(search.hidden) === "shown" ? "shown" : undefined,
  };
}
