/**
 * The pages of a list as it was at an earlier time. Nothing of it changes, so each is read once; again
 * and again only while what was recorded by then is not all in the lists.
 */
import { useInfiniteQuery } from "@tanstack/react-query";
import { answered, type TaskList, useLedgerClient } from "../../client";
import { againIn } from "../../shell/again";
import { queryOf, type Wanted } from "../tasks/search";

const PAGE = 100;
const WATCH_EVERY_MS = 3000;
/** The lag is read before the time of the answer. */
const ANSWERED_WITHIN_MS = 10_000;

/** Whether an event recorded by then may be missing in the page. */
export function isBehind(page: TaskList, at: string): boolean {
  const folded = Date.parse(page.server_time) - page.lag_s * 1000 - ANSWERED_WITHIN_MS;
  return page.lag_s > 0 && folded <= Date.parse(at);
}

/** `projectId` is null for the tasks of all projects. */
export function usePastTasks(projectId: string | null, wanted: Wanted, at: string) {
  const client = useLedgerClient();
  return useInfiniteQuery({
    queryKey: ["past-tasks", projectId, wanted, at],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<TaskList> => {
      // The past has one order, and no trees.
      const { order: _, trees: __, ...filters } = queryOf(wanted, Date.parse(at));
      const query = { ...filters, as_of: at, limit: PAGE, ...(pageParam && { cursor: pageParam }) };
      return answered(
        projectId === null
          ? client.GET("/tasks", { params: { query }, signal })
          : client.GET("/tasks/project/{project_id}", {
              params: { path: { project_id: projectId }, query },
              signal,
            }),
      );
    },
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state: { data, error } }) => {
      if (data === undefined) return againIn(error);
      return data.pages.some((page) => isBehind(page, at)) && WATCH_EVERY_MS;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
