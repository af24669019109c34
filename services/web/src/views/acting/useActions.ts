/** Drafting, starting, watching and stopping actions on tasks. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, useLedgerClient } from "../../client";
import type { Kind } from "./acts";

/** Which tasks an action is for. */
export interface Target {
  /** Null for all projects. */
  projectId: string | null;
  query?: string;
  taskIds?: readonly string[];
}

const WATCH_EVERY_MS = 500;

/** The preview: starting it acts on exactly these tasks. It is created once. */
export function useDraft(kind: Kind, target: Target, limit: number) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["action-draft", kind, target, limit],
    queryFn: async () => {
      const body = {
        kind,
        limit,
        terminate: false,
        ...(target.query === undefined ? {} : { query: target.query }),
        ...(target.taskIds ? { task_ids: [...target.taskIds] } : {}),
      };
      return await answered(
        target.projectId === null
          ? client.POST("/actions", { body })
          : client.POST("/projects/{project_id}/actions", {
              params: { path: { project_id: target.projectId } },
              body,
            }),
      );
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
}

/** One action, until it has ended. */
export function useAction(id: string | null) {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ["action", id],
    queryFn: async ({ signal }) =>
      await answered(
        client.GET("/actions/{action_id}", { params: { path: { action_id: id ?? "" } }, signal }),
      ),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.ended_at ? false : WATCH_EVERY_MS),
  });
  const changed = () => queries.invalidateQueries({ queryKey: ["actions"] });
  const start = async (draft: string, reason: string | undefined) => {
    const begun = await answered(
      client.POST("/actions/{action_id}/start", {
        params: { path: { action_id: draft } },
        body: reason ? { reason } : {},
      }),
    );
    queries.setQueryData(["action", draft], begun);
    void changed();
  };
  const stop = async (started: string) => {
    const stopped = await answered(
      client.POST("/actions/{action_id}/stop", { params: { path: { action_id: started } } }),
    );
    queries.setQueryData(["action", started], stopped);
    void changed();
  };
  return { action: data, error, start, stop };
}

/** The most recently started actions. */
export function useRecentActions(wanted: boolean) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["actions"],
    queryFn: async ({ signal }) =>
      (await answered(client.GET("/actions", { params: { query: { limit: 5 } }, signal }))).actions,
    enabled: wanted,
    refetchInterval: ({ state }) =>
      state.data?.some((each) => each.ended_at === null) ? WATCH_EVERY_MS : false,
  });
}
