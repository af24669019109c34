/**
 * Looks after the rows on the screen: what the timeline says of them is asked for, in batches. Over all
 * projects, where no timeline is followed, those that have not ended are asked for now and then, and
 * so are trees, in which other tasks change than those on the screen.
 */
import { useEffect, useRef, useState } from "react";
import { hasEnded, type TimelineEvent } from "../../client";
import { useOnceHeard, useProjectEvents } from "../../shell/live";
import { treeStates } from "./treeStates";
import { newest } from "./useTaskList";

const ROWS_EVERY_MS = 400;
const HEAD_EVERY_MS = 1500;
const AT_ONCE = 100;
/** How often rows of all projects, and trees, are asked for. */
export const ALL_EVERY_MS = 5000;

export interface Changes {
  /** How many changes wait while paused. */
  waiting: number;
  /** Name the rows that are on the screen. */
  show: (ids: string[]) => void;
}

export function useChanges(options: {
  /** Null for all projects. */
  projectId: string | null;
  /** Whether the rows are trees. */
  trees: boolean;
  paused: boolean;
  look: (ids: string[]) => Promise<unknown>;
  refreshHead: () => Promise<unknown>;
}): Changes {
  const { projectId, trees, paused } = options;
  const latest = useRef(options);
  const behind = useRef(new Map<string, number>());
  const shown = useRef<string[]>([]);
  const timers = useRef({ rows: 0, head: 0 });
  const [waiting, setWaiting] = useState(0);
  useEffect(() => {
    latest.current = options;
  });

  const flush = useRef(async () => {
    timers.current.rows = 0;
    if (latest.current.paused) return;
    const ids = shown.current.filter((id) => {
      const version = behind.current.get(id);
      return version !== undefined && (newest.get(id)?.version ?? 0) < version;
    });
    if (ids.length === 0) return;
    await latest.current.look(ids.slice(0, AT_ONCE)).catch(() => undefined);
    for (const id of ids) {
      if ((newest.get(id)?.version ?? 0) >= (behind.current.get(id) ?? 0))
        behind.current.delete(id);
    }
  });
  const soon = useRef(() => {
    timers.current.rows ||= window.setTimeout(() => void flush.current(), ROWS_EVERY_MS);
  });

  useProjectEvents(projectId, (events: TimelineEvent[]) => {
    for (const event of events) behind.current.set(event.task_id, event.version);
    if (paused) {
      setWaiting((before) => before + events.length);
      return;
    }
    soon.current();
    timers.current.head ||= window.setTimeout(() => {
      timers.current.head = 0;
      void latest.current.refreshHead();
    }, HEAD_EVERY_MS);
  });

  useOnceHeard(projectId, () => {
    const ids = shown.current.slice(0, AT_ONCE);
    if (!paused && ids.length > 0) void latest.current.look(ids).catch(() => undefined);
  });

  useEffect(() => {
    if ((projectId !== null && !trees) || paused) return;
    const timer = setInterval(() => {
      const open = shown.current.filter((id) => {
        const task = newest.get(id);
        return task && (trees ? treeStates.isOpen(id) : !hasEnded(task.status));
      });
      if (open.length > 0 && !document.hidden)
        void latest.current.look(open.slice(0, AT_ONCE)).catch(() => undefined);
    }, ALL_EVERY_MS);
    return () => clearInterval(timer);
  }, [projectId, trees, paused]);

  useEffect(() => {
    if (paused) return;
    setWaiting(0);
    soon.current();
  }, [paused]);
  useEffect(() => {
    const pending = timers.current;
    return () => {
      clearTimeout(pending.rows);
      clearTimeout(pending.head);
      pending.rows = 0;
      pending.head = 0;
    };
  }, []);

  const show = useRef((ids: string[]) => {
    shown.current = ids;
    if (!latest.current.paused && ids.some((id) => behind.current.has(id))) soon.current();
  });
  return { waiting, show: show.current };
}
