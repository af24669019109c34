/** The server's time in whole seconds, shared by all countdowns. */
import { useSyncExternalStore } from "react";
import { ServerClock } from "../client";

export const serverClock = new ServerClock();

/** The answer to a request, which is a sample of the server's clock, too. */
export async function timed<T extends { server_time: string }>(
  request: () => Promise<T>,
): Promise<T> {
  const sentAt = Date.now();
  const answer = await request();
  serverClock.observe(answer.server_time, sentAt, Date.now());
  return answer;
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let second = Math.floor(serverClock.now() / 1000);

function tick() {
  const next = Math.floor(serverClock.now() / 1000);
  if (next === second) return;
  second = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 250);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Now, in ms since 1970 by the server's clock; renders again each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => second) * 1000;
}

const still = () => () => undefined;

/** As `useNow` while `ticking`, otherwise a constant time without re-rendering. */
export function useNowWhile(ticking: boolean): number {
  return useSyncExternalStore(ticking ? subscribe : still, () => (ticking ? second : 0)) * 1000;
}
