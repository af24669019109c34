/** What happened in a range of time that ends now, or at a chosen time. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Activity, answered, type Slot, useLedgerClient } from "../../client";
import { serverClock, timed } from "../../ui/now";
import type { ChartsSearch } from "./search";

const EVERY_MS = 15_000;
const HOUR_MS = 3_600_000;

const RANGES = {
  "24h": { hours: 24, step: "1h" },
  "7d": { hours: 7 * 24, step: "6h" },
  "31d": { hours: 31 * 24, step: "1d" },
} as const;

/** The end of the hour that a time is in, in ms since 1970. */
export function endOf(time: string | number): number {
  return Math.ceil(new Date(time).getTime() / HOUR_MS) * HOUR_MS;
}

/** `projectId` is null for all projects. */
export function useActivity(projectId: string | null, search: ChartsSearch) {
  const client = useLedgerClient();
  const { hours, step } = RANGES[search.range ?? "24h"];
  return useQuery({
    queryKey: ["activity", projectId, search.range ?? "24h", search.type ?? "", search.until],
    queryFn: async ({ signal }): Promise<Activity> => {
      const until = endOf(search.until ?? serverClock.now());
      const query = {
        since: new Date(until - hours * HOUR_MS).toISOString(),
        until: new Date(until).toISOString(),
        step,
        ...(search.type ? { task_type: search.type } : {}),
      };
      return await timed(() =>
        answered(
          projectId === null
            ? client.GET("/activity", { params: { query }, signal })
            : client.GET("/projects/{project_id}/activity", {
                params: { path: { project_id: projectId }, query },
                signal,
              }),
        ),
      );
    },
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });
}

const NOTHING = { count: 0, p50: null, p95: null, p99: null };

/** Every slot of the range by time, also those in which nothing happened. */
export function slotsOf(activity: Activity): Slot[] {
  const known = new Map(activity.slots.map((slot) => [Date.parse(slot.begin), slot]));
  const slots: Slot[] = [];
  const until = Date.parse(activity.until);
  for (let at = Date.parse(activity.since); at < until; at += activity.step_s * 1000) {
    slots.push(
      known.get(at) ?? {
        begin: new Date(at).toISOString(),
        registered: 0,
        started: 0,
        succeeded: 0,
        failed: 0,
        revoked: 0,
        retried: 0,
        attempts_lost: 0,
        failures: {},
        waiting: NOTHING,
        duration: NOTHING,
      },
    );
  }
  return slots;
}
