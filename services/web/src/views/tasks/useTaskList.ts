/** The rows of the list: pages, changes to their tasks, and new tasks. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { answered, NewestTasks, type Task, type TaskList, useLedgerClient } from "../../client";
import { againIn } from "../../shell/again";
import { serverClock, timed } from "../../ui/now";
import { queryOf, type Wanted } from "./search";
import { treeStates } from "./treeStates";

/** Every list shows a task at the newest version that any of them has seen. */
export const newest = new NewestTasks();

const FIRST_PAGE = 100;
const PAGE = 500;
const HEAD = 50;
/** How often the list's head is requested even without events, so that its lag is known. */
const HEAD_EVERY_MS = 5000;

export interface Rows {
  ids: string[];
  /** For each page, its first row and its cursor. */
  begins: { row: number; cursor: string | null }[];
}

/** `projectId` is null for the tasks of all projects. */
export function useTaskList(
  projectId: string | null,
  wanted: Wanted,
  paused: boolean,
  from?: string,
) {
  const client = useLedgerClient();
  const queries = useQueryClient();
  // A relative time must mean the same for every page of one list.
  const [openedAt] = useState(() => Math.floor(serverClock.now() / 1000) * 1000);

  const read = useCallback(
    async (query: Record<string, unknown>, signal: AbortSignal): Promise<TaskList> => {
      const list = await timed(() =>
        answered(
          projectId === null
            ? client.GET("/tasks", { params: { query }, signal })
            : client.GET("/tasks/project/{project_id}", {
                params: { path: { project_id: projectId }, query },
                signal,
              }),
        ),
      );
      for (const task of list.tasks) {
        newest.put(task);
        if (task.tree) treeStates.put(task.task_id, task.tree);
      }
      return list;
    },
    [client, projectId],
  );

  const pagesKey = ["tasks", projectId, wanted, openedAt, from ?? null];
  const pages = useInfiniteQuery({
    queryKey: pagesKey,
    initialPageParam: from ?? null,
    queryFn: ({ pageParam, signal }) =>
      read(
        pageParam
          ? { ...queryOf(wanted, openedAt), limit: PAGE, cursor: pageParam }
          : { ...queryOf(wanted, openedAt), limit: FIRST_PAGE },
        signal,
      ),
    getNextPageParam: (page) => page.next,
    // A page further down is requested again when it is scrolled to.
    refetchInterval: ({ state }) => (state.data === undefined ? againIn(state.error) : false),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

  const headKey = ["tasks-head", projectId, wanted, openedAt];
  const head = useQuery({
    queryKey: headKey,
    queryFn: ({ signal }) => read({ ...queryOf(wanted, openedAt), limit: HEAD }, signal),
    refetchInterval: paused ? false : HEAD_EVERY_MS,
    enabled: !paused,
    gcTime: 0,
  });

  const data = pages.data;
  const rows = useMemo<Rows>(() => {
    const ids: string[] = [];
    const begins: Rows["begins"] = [];
    data?.pages.forEach((page, index) => {
      begins.push({ row: ids.length, cursor: (data.pageParams[index] as string | null) ?? null });
      for (const task of page.tasks) ids.push(task.task_id);
    });
    return { ids, begins };
  }, [data]);

  const known = useMemo(() => new Set(rows.ids), [rows]);
  const fresh = useMemo<Task[]>(() => {
    // In an order that does not put new rows first, none wait at the top.
    if (from || (wanted.order && wanted.order !== "last_ended") || !data) return [];
    return (head.data?.tasks ?? []).filter((task) => !known.has(task.task_id));
  }, [head.data, known, data, from, wanted.order]);

  const refreshHead = useCallback(
    () => queries.invalidateQueries({ queryKey: ["tasks-head", projectId] }),
    [queries, projectId],
  );
  const startAgain = useCallback(
    () => queries.resetQueries({ queryKey: ["tasks", projectId] }),
    [queries, projectId],
  );
  const look = useCallback(
    (ids: string[]) => {
      const trees = wanted.trees ? { trees: true } : {};
      return read({ task_id: ids, limit: ids.length, ...trees }, AbortSignal.timeout(20_000));
    },
    [read, wanted.trees],
  );
  return { pages, head, rows, fresh, refreshHead, startAgain, look, HEAD };
}
