/** The current tasks about a project's drawings, by subject. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useMemo, useRef } from "react";
import { answered, hasEnded, type Task, type TaskStatus, useLedgerClient } from "../../client";
import { useProjectEvents } from "../../shell/live";
import { timed } from "../../ui/now";
import { newest } from "../tasks/useTaskList";

const NEWEST = 100;
const ACTIVE: TaskStatus[] = ["PENDING", "STARTED", "PROGRESS", "RETRY"];
const EVENTS_EVERY_MS = 400;
const POLL_EVERY_MS = 5000;

export interface DrawingTasks {
  /** The tasks about a page, a document or a condition, newest first. */
  of: (entityId: string) => Task[];
  /** The number of these tasks that have not ended. */
  running: (taskIds: string[]) => number;
  /** Add a task that was registered. */
  registered: (task: { task_id: string; version: number }) => void;
  problem: unknown;
}

const NONE: Task[] = [];
export const DrawingTasksContext = createContext<DrawingTasks>({
  of: () => NONE,
  running: () => 0,
  registered: () => undefined,
  problem: null,
});

export function useTasksOf(entityId: string): Task[] {
  return useContext(DrawingTasksContext).of(entityId);
}

export function useRunningOf(taskIds: string[]): number {
  return useContext(DrawingTasksContext).running(taskIds);
}

export function useRegistered(): DrawingTasks["registered"] {
  return useContext(DrawingTasksContext).registered;
}

/** Follows them; `pageId` is the open page, whose older tasks are needed too. */
export function useDrawingTasks(projectId: string, pageId: string | undefined): DrawingTasks {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const after = useRef<string | null>(null);

  const key = useMemo(() => ["drawing-tasks", projectId, pageId ?? null], [projectId, pageId]);
  const list = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const ask = (query: Record<string, unknown>) =>
        timed(() =>
          answered(
            client.GET("/tasks/project/{project_id}", {
              params: { path: { project_id: projectId }, query },
              signal,
            }),
          ),
        );
      const waited = after.current;
      const first = await ask({ limit: NEWEST, ...(waited ? { after: waited } : {}) });
      if (after.current === waited) after.current = null;
      const known = first.tasks.filter((task) => !hasEnded(task.status)).length;
      const running = ACTIVE.reduce((sum, status) => sum + (first.counts[status] ?? 0), 0);
      const rest = await Promise.all([
        ...(running > known ? [ask({ status: ACTIVE, limit: 500 })] : []),
        ...(pageId ? [ask({ q: pageId, limit: 20 })] : []),
      ]);
      const tasks = [first, ...rest].flatMap((answer) => answer.tasks);
      // Never show an older state than before.
      return [...new Map(tasks.map((task) => [task.task_id, newest.put(task)])).values()];
    },
    refetchInterval: POLL_EVERY_MS,
    placeholderData: (before) => before,
  });

  const timer = useRef(0);
  const soon = useCallback(
    (ms: number) => {
      timer.current ||= window.setTimeout(() => {
        timer.current = 0;
        void queries.invalidateQueries({ queryKey: ["drawing-tasks", projectId] });
      }, ms);
    },
    [queries, projectId],
  );
  useProjectEvents(projectId, () => soon(EVENTS_EVERY_MS));
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = 0;
    },
    [],
  );

  // Fetch a task's changes when it has ended.
  const running = useRef(new Set<string>());
  useEffect(() => {
    for (const task of list.data ?? []) {
      if (!hasEnded(task.status)) running.current.add(task.task_id);
      else if (running.current.delete(task.task_id)) {
        for (const queryKey of [
          ["documents", projectId],
          ["document"],
          ["pages"],
          ["page"],
          ["conditions", projectId],
          ["measurements"],
        ])
          void queries.invalidateQueries({ queryKey });
        break;
      }
    }
  }, [list.data, queries, projectId]);

  return useMemo(() => {
    const by = new Map<string, Task[]>();
    const active = new Set<string>();
    for (const task of list.data ?? []) {
      if (!hasEnded(task.status)) active.add(task.task_id);
      const id = task.entity?.id;
      if (id !== undefined) by.set(id, [...(by.get(id) ?? []), task]);
    }
    for (const tasks of by.values()) tasks.sort((a, b) => b.created_at.localeCompare(a.created_at));
    return {
      of: (entityId: string) => by.get(entityId) ?? NONE,
      running: (taskIds) => taskIds.filter((id) => active.has(id)).length,
      registered: (task) => {
        after.current = `${task.task_id}:${task.version}`;
        running.current.add(task.task_id);
        void queries.invalidateQueries({ queryKey: ["drawing-tasks", projectId] });
      },
      problem: list.data === undefined ? list.error : null,
    };
  }, [list.data, list.error, queries, projectId]);
}
