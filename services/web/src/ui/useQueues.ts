/** The queues, asked for every few seconds and shared by everything that shows them. */
import { useQuery } from "@tanstack/react-query";
import { answered, useLedgerClient } from "../client";
import { timed } from "./now";

const EVERY_MS = 5000;

export function useQueues() {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["queues"],
    queryFn: ({ signal }) => timed(() => answered(client.GET("/queues", { signal }))),
    refetchInterval: EVERY_MS,
    staleTime: EVERY_MS,
  });
}
