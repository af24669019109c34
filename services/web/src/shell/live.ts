/** One follower for each open project, shared by all its views. */
import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import {
  type FollowState,
  type LedgerClient,
  type Problem,
  type TimelineEvent,
  TimelineFollower,
  useLedgerClient,
} from "../client";

const KEPT = 2000;
const LINGER_MS = 3000;

type Listener = (events: TimelineEvent[]) => void;

export interface Connection {
  state: FollowState;
  problem: Problem | null;
  /** Start of this state, in ms of this machine's clock. */
  since: number;
}

const UNKNOWN: Connection = { state: "connecting", problem: null, since: 0 };

export class LiveProject {
  connection: Connection = { ...UNKNOWN, since: Date.now() };
  /** Called with every event once, in order. */
  readonly listeners = new Set<Listener>();
  readonly watchers = new Set<() => void>();
  readonly #follower: TimelineFollower;
  #recent: TimelineEvent[] = [];

  constructor(client: LedgerClient, projectId: string) {
    this.#follower = new TimelineFollower({
      client,
      projectId,
      onEvents: (events) => {
        this.#recent = [...this.#recent, ...events].slice(-KEPT);
        for (const listener of this.listeners) listener(events);
      },
      // Called when all data read so far is invalid.
      onReset: () => globalThis.location.reload(),
      onState: (state, problem) => {
        this.connection = { state, problem, since: Date.now() };
        for (const watcher of this.watchers) watcher();
      },
    });
    this.#follower.start();
    globalThis.addEventListener("online", this.#wake);
  }

  /** Every event after `seq`, if all are still known; otherwise null. */
  behind(seq: number): TimelineEvent[] | null {
    if (this.#follower.seq === null || this.#follower.seq <= seq) return [];
    const first = this.#recent[0];
    if (first === undefined || first.seq > seq + 1) return null;
    return this.#recent.filter((event) => event.seq > seq);
  }

  stop(): void {
    globalThis.removeEventListener("online", this.#wake);
    this.#follower.stop();
  }

  #wake = () => this.#follower.wake();
}

const projects = new Map<string, { live: LiveProject; users: number }>();

function acquire(client: LedgerClient, projectId: string): LiveProject {
  const known = projects.get(projectId) ?? { live: new LiveProject(client, projectId), users: 0 };
  known.users += 1;
  projects.set(projectId, known);
  return known.live;
}

function release(projectId: string): void {
  const known = projects.get(projectId);
  if (!known) return;
  known.users -= 1;
  // The next view of the same project reuses it.
  setTimeout(() => {
    if (known.users > 0 || projects.get(projectId) !== known) return;
    known.live.stop();
    projects.delete(projectId);
  }, LINGER_MS);
}

/** Subscribe to a project's events as they become visible; `null` subscribes to nothing. */
export function useProjectEvents(
  projectId: string | null,
  hear: (events: TimelineEvent[], live: LiveProject) => void,
): void {
  const client = useLedgerClient();
  const latest = useRef(hear);
  useEffect(() => {
    latest.current = hear;
  });
  useEffect(() => {
    if (projectId === null) return;
    const live = acquire(client, projectId);
    const listener: Listener = (events) => latest.current(events, live);
    live.listeners.add(listener);
    return () => {
      live.listeners.delete(listener);
      release(projectId);
    };
  }, [client, projectId]);
}

/** The state of the connection to a project's timeline. */
export function useConnection(projectId: string | null): Connection {
  const client = useLedgerClient();
  const subscribe = useCallback(
    (changed: () => void) => {
      if (projectId === null) return () => undefined;
      const live = acquire(client, projectId);
      live.watchers.add(changed);
      return () => {
        live.watchers.delete(changed);
        release(projectId);
      };
    },
    [client, projectId],
  );
  return useSyncExternalStore(subscribe, () =>
    projectId === null ? UNKNOWN : (projects.get(projectId)?.live.connection ?? UNKNOWN),
  );
}

/**
 * Run an effect each time a project's events start or resume, because events between a first
 * response and the first streamed event would be missed.
 */
export function useOnceHeard(projectId: string | null, act: () => void): void {
  const { state } = useConnection(projectId);
  const heard = state === "live" || state === "polling";
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (heard) latest.current();
  }, [heard]);
}
