/** The pages of a list as it was at an earlier time. Nothing of it changes, so each is read once. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { answered, type TaskList, useLedgerClient } from "../../client";
import { againIn } from "../../shell/again";
import { queryOf, type Wanted } from "../tasks/search";

const PAGE = 100;

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
    refetchInterval: ({ state }) => (state.data === undefined ? againIn(state.error) : false),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
