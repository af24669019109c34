/** Views saved for everybody with access to a project. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, type SavedView, useLedgerClient } from "../../client";
import { COLUMN_NAMES, ORDERS, type Order, type TasksSearch, type Wanted } from "./search";

/** Names of views: without `/`, and not `.` or `..`, which a browser resolves in addresses. */
export const NAME = "(?!\\s*\\.{1,2}\\s*$)[^\\/]*";

const key = (projectId: string) => ["views", projectId];

export function useSavedViews(projectId: string, wanted: boolean) {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey: key(projectId),
    queryFn: async ({ signal }) =>
      (
        await answered(
          client.GET("/projects/{project_id}/views", {
            params: { path: { project_id: projectId } },
            signal,
          }),
        )
      ).views,
    enabled: wanted,
  });
  const put = async (name: string, view: Pick<SavedView, "query" | "order" | "columns">) => {
    const saved = await answered(
      client.PUT("/projects/{project_id}/views/{name}", {
        params: { path: { project_id: projectId, name } },
        body: view,
      }),
    );
    queries.setQueryData(key(projectId), saved.views);
  };
  const remove = async (name: string) => {
    const left = await answered(
      client.DELETE("/projects/{project_id}/views/{name}", {
        params: { path: { project_id: projectId, name } },
      }),
    );
    queries.setQueryData(key(projectId), left.views);
  };
  return { views: data, error, put, remove };
}

/** What a list shows, as a view: its buttons become terms of the query. */
export function viewOf(wanted: Wanted, columns: TasksSearch["columns"]) {
  const terms = [
    wanted.query ?? "",
    wanted.status ? `status:${wanted.status.join(",")}` : "",
    wanted.type ? `type:${wanted.type.map(quoted).join(",")}` : "",
    wanted.since ? `after:${wanted.since}` : "",
    wanted.trees ? "is:root" : "",
  ];
  return {
    query: terms.filter((term) => term !== "").join(" "),
    order: wanted.order ?? ("newest" as const),
    columns: columns === undefined ? null : columns === "none" ? [] : [...columns],
  };
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

/** The address of a view. Columns that this page does not know are left out. */
export function searchOf(view: SavedView): TasksSearch {
  const names: readonly string[] = view.columns ?? [];
  const columns = COLUMN_NAMES.filter((name) => names.includes(name));
  const order = view.order in ORDERS ? (view.order as Order) : "newest";
  return {
    query: view.query || undefined,
    order: order === "newest" ? undefined : order,
    columns: view.columns === null ? undefined : columns.length > 0 ? columns : "none",
  };
}
