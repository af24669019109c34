/** The lists of the view, each read a page at a time and again now and then. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { answered, useLedgerClient } from "../../client";
import type { components } from "../../client/schema";

export type Channel = components["schemas"]["ChannelAnswer"];
export type Rule = components["schemas"]["RuleAnswer"];
export type Notification = components["schemas"]["NotificationAnswer"];
export type SendState = Notification["state"];

const EVERY_MS = 10_000;

export function useChannels() {
  const client = useLedgerClient();
  return useInfiniteQuery({
    queryKey: ["notification-channels"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? {} : { after: pageParam };
      return answered(client.GET("/notification-channels", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next,
    refetchInterval: EVERY_MS,
  });
}

/** As many channels as a page of the API may have, to choose from. */
export function useAllChannels() {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["notification-channels", "all"],
    queryFn: ({ signal }) => {
      const query = { limit: 500 };
      return answered(client.GET("/notification-channels", { params: { query }, signal }));
    },
  });
}

export function useRules() {
  const client = useLedgerClient();
  return useInfiniteQuery({
    queryKey: ["notification-rules"],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? {} : { after: pageParam };
      return answered(client.GET("/notification-rules", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next,
    refetchInterval: EVERY_MS,
  });
}

export function useNotifications(state: SendState) {
  const client = useLedgerClient();
  return useInfiniteQuery({
    queryKey: ["notifications", state],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? { state } : { state, before: pageParam };
      return answered(client.GET("/notifications", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next,
    refetchInterval: EVERY_MS,
  });
}
