/** The zone of all times that are shown and entered: this machine's or UTC; stored in this browser. */
import { useSyncExternalStore } from "react";
import { keep, kept } from "../shell/kept";

export type Zone = "local" | "utc";

const KEY = "zone";
const listeners = new Set<() => void>();
let chosen: Zone | null = null;

/** The chosen zone; this machine's by default. */
export function zoneChosen(): Zone {
  chosen ??= kept(KEY) === "utc" ? "utc" : "local";
  return chosen;
}

export function chooseZone(zone: Zone): void {
  chosen = zone;
  keep(KEY, zone === "local" ? null : zone);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The chosen zone; renders again when it changes. */
export function useZone(): Zone {
  return useSyncExternalStore(subscribe, zoneChosen);
}

/** The time that a field of date and time says, which is in the chosen zone. */
export function timeOf(entered: string): string {
  return new Date(zoneChosen() === "utc" ? `${entered}Z` : entered).toISOString();
}

/** Minutes east of UTC at a time, in the chosen zone or the one given. */
export function minutesEast(time: string | number | Date, zone: Zone = zoneChosen()): number {
  return zone === "utc" ? 0 : -new Date(time).getTimezoneOffset();
}
