/** Who is signed in, and the server's clock. */
import { useQuery } from "@tanstack/react-query";
import { answered, type Session, useLedgerClient } from "../client";
import { serverClock } from "../ui/now";

const SYNCHRONISE_EVERY_MS = 60_000;

/** The session; asked for each minute, because its answer tells the time. */
export function useSession() {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["session"],
    queryFn: async ({ signal }) => {
      const sentAt = Date.now();
      const session = await answered(client.GET("/api/v1/session", { signal }));
      serverClock.observe(session.server_time, sentAt, Date.now());
      return session;
    },
    refetchInterval: SYNCHRONISE_EVERY_MS,
  });
}

export function mayOperate(session: Session | undefined): boolean {
  return session?.role === "operator" || session?.role === "admin";
}

export function mayExport(session: Session | undefined): boolean {
  return session?.role === "auditor" || session?.role === "admin";
}
