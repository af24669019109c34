/** Who is signed in, and the server's clock. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { answered, Problem, type Session, useLedgerClient } from "../client";
import { serverClock } from "../ui/now";
import { againIn } from "./again";

const SYNCHRONISE_EVERY_MS = 60_000;

/** The session; asked for each minute, because its answer tells the time. */
export function useSession() {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["session"],
    queryFn: async ({ signal }) => {
      const sentAt = Date.now();
      const session = await answered(client.GET("/session", { signal }));
      serverClock.observe(session.server_time, sentAt, Date.now());
      return session;
    },
    // Nothing is shown before it is known who asks.
    refetchInterval: ({ state }) => againIn(state.error) || SYNCHRONISE_EVERY_MS,
  });
}

/**
 * Whether the server says that nobody is signed in. Any answer says so, whichever comes first,
 * until the session is answered again: a page says it once, not once for each of its parts.
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

export function mayExport(session: Session | undefined): boolean {
  return session?.role === "auditor" || session?.role === "admin";
}
