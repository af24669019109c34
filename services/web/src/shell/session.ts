/** The signed-in user, and the server's clock. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { answered, hostSignsIn, Problem, type Session, useLedgerClient } from "../client";
import { timed } from "../ui/now";
import { againIn } from "./again";

const SYNCHRONISE_EVERY_MS = 60_000;

/** The session; requested each minute, because the response has the server's time. */
export function useSession() {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["session"],
    queryFn: ({ signal }) => timed(() => answered(client.GET("/session", { signal }))),
    // Show nothing until the session is known.
    refetchInterval: ({ state }) => againIn(state.error) || SYNCHRONISE_EVERY_MS,
  });
}

/**
 * Whether nobody is signed in. The first 401 of any request sets it, until the session is
 * available again, so that the page shows it once instead of once per part.
 */
export function useSignedOut(): boolean {
  const queries = useQueryClient();
  const cache = queries.getQueryCache();
  return useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => {
      const answeredAt = queries.getQueryState(["session"])?.dataUpdatedAt ?? 0;
      return cache
        .getAll()
        .some(({ state }) => unauthorized(state.error) && state.errorUpdatedAt > answeredAt);
    },
  );
}

function unauthorized(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}

export function mayOperate(session: Session | undefined): boolean {
  return session?.role === "operator" || session?.role === "admin";
}

/** Whether tokens may be administered: by the ledger's own admins of all projects. */
export function mayAdminister(session: Session | undefined): boolean {
  return session?.role === "admin" && session.projects === null && !hostSignsIn();
}

/** Whether projects may be named and hidden: those that the session reaches. */
export function mayManageProjects(session: Session | undefined): boolean {
  return session?.role === "admin";
}

export function mayExport(session: Session | undefined): boolean {
  return session?.role === "auditor" || session?.role === "admin";
}
