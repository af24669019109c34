import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { answered, hasEnded, Problem, problemOf, type Task, type TaskStatus } from "./api";
import { useLedgerClient } from "./context";

export interface TaskPollingOptions {
  /** Called once per task, when it has ended in SUCCESS. */
  onSuccess?: (task: Task) => void;
  /** Called once per task: it ended in FAILURE or REVOKED, or the API refuses to tell of it. */
  onError?: (failed: Task | Problem) => void;
  /** Queries that are invalidated when the task has ended, however. */
  invalidateKeys?: QueryKey[];
  /** Milliseconds between two questions. Default: 2000. */
  interval?: number;
}

export interface TaskPolling {
  taskStatus: TaskStatus | null;
  /** True until the task has ended, or the API has refused to tell of it. */
  isPolling: boolean;
  progress: Task["progress"] | null;
  isSuccess: boolean;
  /** FAILURE, REVOKED, or refused; never during a retry's countdown. */
  isError: boolean;
  /** Ask for the task to be cancelled. Rejects with `Problem`: 409 when it has ended. */
  cancel: () => Promise<void>;
  task: Task | null;
  problem: Problem | null;
}

interface Known {
  taskId: string | null;
  task: Task | null;
  problem: Problem | null;
}

const LONGEST_PAUSE_MS = 30_000;

/**
 * A task's state, asked for until it has ended. An unchanged task costs a 304; a state older than
 * one already known is dropped; while the server cannot be reached, the last state stands.
 */
export function useTaskPolling(
  taskId: string | null | undefined,
  options: TaskPollingOptions = {},
): TaskPolling {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const wanted = taskId ?? null;
  const [known, setKnown] = useState<Known>({ taskId: wanted, task: null, problem: null });
  const latest = useRef(options);
  const told = useRef(new Set<string>());
  const again = useRef<() => void>(() => undefined);
  useEffect(() => {
    latest.current = options;
  });

  useEffect(() => {
    if (wanted === null) return;
    const stopped = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let newest: Task | null = null;
    let etag: string | null = null;
    let failures = 0;
    let question = 0;

    const end = (failed: Task | Problem | null) => {
      if (told.current.has(wanted)) return;
      told.current.add(wanted);
      const { onSuccess, onError, invalidateKeys = [] } = latest.current;
      for (const queryKey of invalidateKeys) void queries.invalidateQueries({ queryKey });
      if (failed) onError?.(failed);
      else if (newest) onSuccess?.(newest);
    };

    const ask = async () => {
      clearTimeout(timer);
      question += 1;
      const mine = question;
      try {
        const { data, error, response } = await client.GET("/tasks/{task_id}", {
          params: { path: { task_id: wanted } },
          headers: etag === null ? {} : { "If-None-Match": etag },
          signal: stopped.signal,
        });
        // A `fetch` of somebody's own may answer all the same.
        if (stopped.signal.aborted) return;
        if (response.status !== 304) {
          if (data === undefined) throw problemOf(response, error);
          etag = response.headers.get("ETag");
          if (newest === null || data.version > newest.version) newest = data;
          setKnown({ taskId: wanted, task: newest, problem: null });
        }
        failures = 0;
      } catch (error) {
        if (stopped.signal.aborted) return;
        if (error instanceof Problem && !error.passing) {
          setKnown({ taskId: wanted, task: newest, problem: error });
          end(error);
          return;
        }
        failures += 1;
      }
      if (newest && hasEnded(newest.status)) {
        end(newest.status === "SUCCESS" ? null : newest);
        return;
      }
      // A later question asks on: `cancel` may have put one beside this one.
      if (mine !== question) return;
      const pause = (latest.current.interval ?? 2000) * 2 ** Math.min(failures, 5);
      timer = setTimeout(
        ask,
        Math.min(pause, Math.max(LONGEST_PAUSE_MS, latest.current.interval ?? 0)),
      );
    };

    again.current = () => void ask();
    void ask();
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, [client, queries, wanted]);

  const cancel = useCallback(async () => {
    if (wanted === null) return;
    await answered(
      client.POST("/tasks/{task_id}/cancel", { params: { path: { task_id: wanted } } }),
    );
    again.current();
  }, [client, wanted]);

  const { task, problem } = known.taskId === wanted ? known : { task: null, problem: null };
  const status = task?.status ?? null;
  const ended = status !== null && hasEnded(status);
  return {
    taskStatus: status,
    isPolling: wanted !== null && !ended && problem === null,
    progress: task?.progress ?? null,
    isSuccess: status === "SUCCESS",
    isError: problem !== null || (ended && status !== "SUCCESS"),
    cancel,
    task,
    problem,
  };
}
