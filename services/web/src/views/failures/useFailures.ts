/** The groups of the list: pages, changes to them, and new groups. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { answered, type FailureGroup, type Failures, useLedgerClient } from "../../client";
import { againIn } from "../../shell/again";
import { timed } from "../../ui/now";
import type { FailuresSearch } from "./search";

const PAGE = 50;
/** How often the list's newest groups are requested. */
const HEAD_EVERY_MS = 5000;

function keyOf(group: FailureGroup): string {
  return `${group.fingerprint} ${group.project_id}`;
}

/** `projectId` is null for the failures of all projects. */
export function useFailures(projectId: string | null, state: FailuresSearch["state"]) {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const read = useCallback(
    async (cursor: string | null, signal: AbortSignal): Promise<Failures> => {
      const query = { limit: PAGE, state: state ?? "open", ...(cursor ? { cursor } : {}) } as const;
      return await timed(() =>
        answered(
          projectId === null
            ? client.GET("/failures", { params: { query }, signal })
            : client.GET("/projects/{project_id}/failures", {
                params: { path: { project_id: projectId }, query },
                signal,
              }),
        ),
      );
    },
    [client, projectId, state],
  );
  const key = [projectId, state ?? "open"];
  const pages = useInfiniteQuery({
    queryKey: ["failures", ...key],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    getNextPageParam: (page) => page.next,
    refetchInterval: (query) =>
      query.state.data === undefined ? againIn(query.state.error) : false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const head = useQuery({
    queryKey: ["failures-head", ...key],
    queryFn: ({ signal }) => read(null, signal),
    refetchInterval: HEAD_EVERY_MS,
    gcTime: 0,
  });
  const { data } = pages;
  const newest = head.data?.groups;
  // A group keeps its place until the list is reloaded, so nothing moves under the pointer.
  const groups = useMemo(() => {
    const known = new Map(newest?.map((group) => [keyOf(group), group]));
    const listed = new Map<string, FailureGroup>();
    for (const group of data?.pages.flatMap((page) => page.groups) ?? []) {
      const now = known.get(keyOf(group));
      listed.set(keyOf(group), now && now.tasks >= group.tasks ? now : group);
    }
    return listed;
  }, [data, newest]);
  const fresh = data ? (newest?.filter((group) => !groups.has(keyOf(group))).length ?? 0) : 0;
  const startAgain = useCallback(async () => {
    await Promise.all([
      queries.resetQueries({ queryKey: ["failures"] }),
      queries.invalidateQueries({ queryKey: ["failures-head"] }),
    ]);
  }, [queries]);
  return { pages, head, groups, fresh, startAgain };
}
