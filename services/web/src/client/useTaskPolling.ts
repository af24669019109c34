import { type QueryClient, type QueryKey, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import {
  answered,
  hasEnded,
  type LedgerClient,
  Problem,
  problemOf,
  type Task,
  type TaskStatus,
} from "./api";
import { useLedgerClient } from "./context";

export interface TaskPollingOptions {
  /** Called when the task ends in SUCCESS, but not by instances mounted later. */
  onSuccess?: (task: Task) => void;
  /** As `onSuccess`, when it ends in FAILURE or REVOKED, or the API refuses access to it. */
  onError?: (failed: Task | Problem) => void;
  /** Queries to invalidate when the task has ended, in any state. */
  invalidateKeys?: QueryKey[];
  /** Milliseconds between a response and the next request. Default: 1000. */
  interval?: number;
}

export interface TaskPolling {
  taskStatus: TaskStatus | null;
  /** True until the task has ended, or the API has refused access to it. */
  isPolling: boolean;
  progress: Task["progress"] | null;
  isSuccess: boolean;
  /** FAILURE, REVOKED, or refused; never during a retry's countdown. */
  isError: boolean;
  /** Request that the task be cancelled. Rejects with `Problem`: 409 when it has ended. */
  cancel: () => Promise<void>;
  task: Task | null;
  problem: Problem | null;
}

interface Polled {
  task: Task;
  etag: string | null;
}

const LONGEST_PAUSE_MS = 30_000;
const WAIT_S = 20;
/** Browsers open six connections to a server, and the rest of the page needs some of them. */
const MOST_WAITING = 2;
let waiting = 0;

const keyOf = (taskId: string | null) => ["task-polling", taskId];

/**
 * A task's state, requested until it has ended. All instances for one task share its requests,
 * which wait on the server for a change; an unchanged task costs a 304. A hidden tab requests
 * nothing. Older states are dropped; while the server cannot be reached, the last state is kept.
 */
export function useTaskPolling(
  taskId: string | null | undefined,
  options: TaskPollingOptions = {},
): TaskPolling {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const wanted = taskId ?? null;
  const interval = options.interval ?? 1000;
  const query = useQuery<Polled, Problem>({
    queryKey: keyOf(wanted),
    queryFn: ({ signal }) => ask(client, queries, wanted ?? "", signal),
    enabled: wanted !== null,
    staleTime: ({ state }) => (ended(state.data) ? Number.POSITIVE_INFINITY : interval),
    refetchInterval: ({ state }) => (ended(state.data) || state.error ? false : interval),
    refetchOnWindowFocus: true,
    retry: (_, problem) => problem.passing,
    retryDelay: (failures) =>
      Math.min(interval * 2 ** Math.min(failures, 5), Math.max(LONGEST_PAUSE_MS, interval)),
    networkMode: "always",
  });
  const task = query.data?.task ?? null;
  const problem = query.error;
  useEnd(wanted, query, options);

  const cancel = useCallback(async () => {
    if (wanted === null) return;
    await answered(
      client.POST("/tasks/{task_id}/cancel", { params: { path: { task_id: wanted } } }),
    );
    // Replace a request that waits on the server by one that returns at once.
    void queries.invalidateQueries({ queryKey: keyOf(wanted) });
  }, [client, queries, wanted]);

  const hasEnd = ended(query.data);
  const isSuccess = task?.status === "SUCCESS";
  return {
    taskStatus: task?.status ?? null,
    isPolling: wanted !== null && !hasEnd && problem === null,
    progress: task?.progress ?? null,
    isSuccess,
    isError: problem !== null || (hasEnd && !isSuccess),
    cancel,
    task,
    problem,
  };
}

function ended(polled: Polled | undefined): boolean {
  return polled !== undefined && hasEnded(polled.task.status);
}

/** The task's newest state. Throws `Problem`. */
async function ask(
  client: LedgerClient,
  queries: QueryClient,
  taskId: string,
  signal: AbortSignal,
): Promise<Polled> {
  const state = queries.getQueryState<Polled>(keyOf(taskId));
  const known = state?.data;
  const waits = known !== undefined && !state?.isInvalidated && waiting < MOST_WAITING;
  if (waits) waiting += 1;
  try {
    const { data, error, response } = await client.GET("/tasks/{task_id}", {
      params: { path: { task_id: taskId }, query: waits ? { wait_s: WAIT_S } : {} },
      headers: known?.etag ? { "If-None-Match": known.etag } : {},
      signal,
    });
    if (response.status === 304 && known) return known;
    if (data === undefined) throw problemOf(response, error);
    if (known && data.version <= known.task.version) return known;
    return { task: data, etag: response.headers.get("ETag") };
  } catch (error) {
    if (error instanceof Problem || signal.aborted) throw error;
    throw new Problem(0, "unreachable", "The server cannot be reached.", { cause: error });
  } finally {
    if (waits) waiting -= 1;
  }
}

interface Told {
  /** When the response with the end arrived; the same for all instances that awaited it. */
  at: number;
  refused: boolean;
}

const toldBy = new WeakMap<QueryClient, Map<string, Told>>();

/** Calls back when the task ends, in every instance that awaited it. */
function useEnd(
  taskId: string | null,
  query: { data: Polled | undefined; error: Problem | null } & Record<
    "dataUpdatedAt" | "errorUpdatedAt",
    number
  >,
  options: TaskPollingOptions,
): void {
  const queries = useQueryClient();
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  const instance = useRef({ taskId, awaited: false, called: false });
  const { data, error } = query;
  const end = error ?? (ended(data) ? (data?.task ?? null) : null);
  const at = error ? query.errorUpdatedAt : query.dataUpdatedAt;
  useEffect(() => {
    if (instance.current.taskId !== taskId)
      instance.current = { taskId, awaited: false, called: false };
    if (taskId === null || end === null) {
      instance.current.awaited = true;
      return;
    }
    const told = toldBy.get(queries) ?? new Map<string, Told>();
    toldBy.set(queries, told);
    const before = told.get(taskId);
    const refused = end instanceof Problem;
    const anew = before === undefined || (before.refused && !refused);
    const sameAnswer = before?.at === at && instance.current.awaited && !instance.current.called;
    if (!anew && !sameAnswer) return;
    told.set(taskId, { at, refused });
    instance.current.called = true;
    const { onSuccess, onError, invalidateKeys = [] } = latest.current;
    for (const queryKey of invalidateKeys) void queries.invalidateQueries({ queryKey });
    if (!refused && end.status === "SUCCESS") onSuccess?.(end);
    else onError?.(end);
  }, [queries, taskId, end, at]);
}
