/** Loads the code of views, with retries while the server cannot be reached. */
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Problem, pageRoot } from "../client";
import { KEY_LEGEND, PALETTE, PAST_TASKS, PEEK, PROJECT_PICKER } from "./parts";
import { LEDGER_VIEWS, type View } from "./views";

const AGAIN_MS = 3000;

/** The code of a view or part. A new release has other files, so only reloading the page helps then. */
export function codeOf<T>(view: { name: string; load: () => Promise<T> }) {
  return queryOptions({
    queryKey: ["code", view.name],
    queryFn: async () => {
      try {
        return await view.load();
      } catch (error) {
        throw await problemOfLoading(error);
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    // A failure that looks like a new release may be a single lost request.
    refetchInterval: ({ state }) => (state.error ? AGAIN_MS : false),
    structuralSharing: false,
  });
}

async function problemOfLoading(cause: unknown): Promise<Problem> {
  const page = await fetch(pageRoot(), { cache: "no-store" }).catch(() => null);
  if (page?.ok) return new Problem(410, "replaced", "A new version is available.", { cause });
  return new Problem(0, "unreachable", "The server cannot be reached.", { cause });
}

const idle: (act: () => void) => number =
  "requestIdleCallback" in globalThis ? requestIdleCallback : (act) => window.setTimeout(act, 500);

/** Preloads the code of the other views while the browser is idle. */
export function useIdleLoading(added: readonly View[]): void {
  const queries = useQueryClient();
  useEffect(() => {
    idle(() => {
      const parts = [PALETTE, PROJECT_PICKER, KEY_LEGEND, PEEK, PAST_TASKS];
      for (const view of [...LEDGER_VIEWS, ...added, ...parts])
        void queries.prefetchQuery(codeOf<unknown>(view));
    });
  }, [queries, added]);
}
