/** The server's time in whole seconds, shared by all countdowns. */
import { createContext, useContext, useSyncExternalStore } from "react";
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

/** The time that a part of the page stands at, in ms since 1970; null where it follows the server's. */
export const HeldTime = createContext<number | null>(null);

const still = () => () => undefined;

/** Now, in ms since 1970 by the server's clock, or the held time; renders again each second. */
export function useNow(): number {
  const held = useContext(HeldTime);
  const now = useSyncExternalStore(held === null ? subscribe : still, () => second);
  return held ?? now * 1000;
}

/** As `useNow` while `ticking`, otherwise a constant time without re-rendering. */
export function useNowWhile(ticking: boolean): number {
  const held = useContext(HeldTime);
  const ticks = ticking && held === null;
  const now = useSyncExternalStore(ticks ? subscribe : still, () => (ticks ? second : 0));
  return held ?? now * 1000;
}
