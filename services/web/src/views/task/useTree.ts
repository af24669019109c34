import { useQuery } from "@tanstack/react-query";
import { answered, hasEnded, useLedgerClient } from "../../client";

const WATCH_EVERY_MS = 2000;

/** The tree that a task is part of, asked for again and again: its first 100 tasks. */
export function useTree(taskId: string) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["tree", taskId],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/tasks/{task_id}/tree", {
          params: { path: { task_id: taskId }, query: { limit: 100 } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) =>
      state.data?.tasks.every((each) => hasEnded(each.status))
        ? 5 * WATCH_EVERY_MS
        : WATCH_EVERY_MS,
  });
}
