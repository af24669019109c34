/** One task with all of its events, kept up to date. */
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { answered, hasEnded, type Task, type TaskEvent, useLedgerClient } from "../../client";
import { useProjectEvents } from "../../shell/live";
import { newest } from "../tasks/useTaskList";

const ASK_EVERY_MS = 5000;
const AFTER_EVENT_MS = 250;
const AT_ONCE = 500;
const TOGETHER = 4;
const QUIET_MS = 150;

export function useTask(taskId: string) {
  const client = useLedgerClient();
  const query = useQuery({
    queryKey: ["task", taskId],
    queryFn: async ({ signal }) =>
      newest.put(
        await answered(
          client.GET("/tasks/{task_id}", { params: { path: { task_id: taskId } }, signal }),
        ),
      ),
    // The stream comes from the projector, so the task itself is never older than it.
    refetchInterval: ({ state }) =>
      state.data && hasEnded(state.data.status) ? false : ASK_EVERY_MS,
  });
  const task = useSyncExternalStore(
    useCallback((changed) => newest.subscribe(taskId, changed), [taskId]),
    () => newest.get(taskId),
  );
  const timer = useRef(0);
  const { refetch } = query;
  useEffect(() => () => clearTimeout(timer.current), []);
  useProjectEvents(task?.project_id ?? null, (events) => {
    if (!events.some((event) => event.task_id === taskId)) return;
    timer.current ||= window.setTimeout(() => {
      timer.current = 0;
      void refetch();
    }, AFTER_EVENT_MS);
  });
  return { task, query };
}

/** Every event of the task, oldest first; known events are not requested again. */
export function useEvents(taskId: string, version: number | undefined) {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const key = ["task-events", taskId];
  const query = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const ask = (after: number) =>
        answered(
          client.GET("/tasks/{task_id}/events", {
            params: { path: { task_id: taskId }, query: { after, limit: AT_ONCE } },
            signal,
          }),
        );
      let known = queries.getQueryData<TaskEvent[]>(key) ?? [];
      // Versions have no gaps, so pages known to be full are requested in parallel.
      while (known.length + AT_ONCE < (version ?? 0)) {
        const full = Math.floor(((version ?? 0) - known.length) / AT_ONCE);
        const begins = Array.from(
          { length: Math.min(full, TOGETHER) },
          (_, nth) => known.length + nth * AT_ONCE,
        );
        const pages = await Promise.all(begins.map(ask));
        known = [...known, ...pages.flatMap((page) => page.events)];
      }
      while (true) {
        const page = await ask(known.length);
        known = [...known, ...page.events];
        if (page.next === null) return known;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const last = query.data?.at(-1)?.version ?? 0;
  const { refetch, isSuccess, isFetching } = query;
  useEffect(() => {
    if (isSuccess && !isFetching && version !== undefined && version > last) void refetch();
  }, [refetch, isSuccess, isFetching, version, last]);
  return query;
}

/** `value`, debounced; the first change after a quiet period is returned at once. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const changedAt = useRef(0);
  useEffect(() => {
    const now = Date.now();
    const wait = now - changedAt.current > QUIET_MS ? 0 : QUIET_MS;
    changedAt.current = now;
    const timer = setTimeout(() => setSettled(value), wait);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** The task as of a version, as the API folds it; it never changes. */
export function useAsOf(taskId: string, version: number | undefined) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["task-as-of", taskId, version],
    queryFn: ({ signal }): Promise<Task> =>
      answered(
        client.GET("/tasks/{task_id}", {
          params: { path: { task_id: taskId }, query: { as_of_version: version ?? 1 } },
          signal,
        }),
      ),
    enabled: version !== undefined && version > 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}
