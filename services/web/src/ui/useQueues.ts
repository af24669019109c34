/** The queues, asked for every few seconds and shared by everything that shows them. */
import { useQuery } from "@tanstack/react-query";
import { answered, useLedgerClient } from "../client";
import { serverClock } from "./now";

const EVERY_MS = 5000;

export function useQueues() {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["queues"],
    queryFn: async ({ signal }) => {
      const sentAt = Date.now();
      const found = await answered(client.GET("/queues", { signal }));
      serverClock.observe(found.server_time, sentAt, Date.now());
      return found;
    },
    refetchInterval: EVERY_MS,
    staleTime: EVERY_MS,
  });
}
