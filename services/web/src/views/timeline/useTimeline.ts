/** A project's timeline: a first page, older pages on demand, and newer events as they arrive. */
import { useCallback, useEffect, useRef, useState } from "react";
import { answered, Problem, useLedgerClient } from "../../client";
import { againIn } from "../../shell/again";
import { useOnceHeard, useProjectEvents } from "../../shell/live";
import { isFiltered, queryOf, type Wanted } from "./search";
import { TimelineWindow } from "./window";

const PAGE = 200;
const AT_ONCE = 500;
const CATCH_UP_EVERY_MS = 400;

export function useTimeline(projectId: string, wanted: Wanted, following: boolean) {
  const client = useLedgerClient();
  const [shown, setShown] = useState<TimelineWindow | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [loadingOlder, setLoadingOlder] = useState(false);
  const current = useRef<TimelineWindow | null>(null);
  const stopped = useRef(new AbortController());
  const [lookedTo, setLookedTo] = useState<number | null>(null);
  const timer = useRef(0);
  const catching = useRef(false);
  const again = useRef(false);

  const read = useCallback(
    (query: { order: "newest" | "oldest"; cursor?: number; limit: number }) =>
      answered(
        client.GET("/projects/{project_id}/events", {
          params: { path: { project_id: projectId }, query: { ...queryOf(wanted), ...query } },
          signal: stopped.current.signal,
        }),
      ),
    [client, projectId, wanted],
  );
  /**
   * The first older page that has an event: a page of a filter may find none and have a `next`.
   * How far it has looked is told on the way. Its head is the first answer's: what became visible since has not been looked at.
   */
  const readOlder = useCallback(
    async (cursor?: number) => {
      let head: number | undefined;
      for (;;) {
        const from = cursor === undefined ? {} : { cursor };
        const page = await read({ order: "newest", limit: PAGE, ...from });
        head ??= page.head;
        const found = page.events.length > 0 || page.next === null;
        setLookedTo(found ? null : page.looked_to);
        if (found) return { ...page, head };
        cursor = page.next ?? undefined;
      }
    },
    [read],
  );
  const put = useCallback((next: TimelineWindow) => {
    current.current = next;
    setShown(next);
    setProblem(null);
  }, []);
  /** Reports the problem, and runs `again` later if a retry may help. */
  const fail = useCallback((error: unknown, again: () => void) => {
    if (stopped.current.signal.aborted) return;
    setProblem(error instanceof Problem ? error : new Problem(-1, "unexpected", String(error)));
    const ms = againIn(error);
    if (ms !== false) timer.current ||= window.setTimeout(again, ms);
  }, []);

  const open = useCallback(async () => {
    clearTimeout(timer.current);
    timer.current = 0;
    try {
      const page = await readOlder();
      put(new TimelineWindow(page.events, [], page.head, page.next));
    } catch (error) {
      fail(error, () => void open());
    }
  }, [readOlder, put, fail]);

  const catchUp = useCallback(async () => {
    timer.current = 0;
    if (catching.current) {
      again.current = true;
      return;
    }
    catching.current = true;
    try {
      while (current.current) {
        const page = await read({ order: "oldest", cursor: current.current.top, limit: AT_ONCE });
        const top = page.next === null ? page.head : page.next;
        put(current.current.with(page.events, top));
        if (page.next === null && !again.current) break;
        again.current = false;
      }
    } catch (error) {
      fail(error, () => void catchUp());
    } finally {
      catching.current = false;
    }
  }, [read, put, fail]);

  useEffect(() => {
    stopped.current = new AbortController();
    void open().then(catchUp);
    return () => {
      stopped.current.abort();
      clearTimeout(timer.current);
      timer.current = 0;
    };
  }, [open, catchUp]);

  useProjectEvents(projectId, (events) => {
    const known = current.current;
    const first = events[0];
    if (!known || !first) return;
    // The API decides which events match a filter, and fills gaps.
    if (!isFiltered(wanted) && first.seq <= known.top + 1 && !catching.current) {
      put(known.with(events, known.top));
    } else timer.current ||= window.setTimeout(() => void catchUp(), CATCH_UP_EVERY_MS);
  });

  useOnceHeard(projectId, () => {
    timer.current ||= window.setTimeout(() => void catchUp(), 0);
  });

  const show = useCallback(() => {
    if (current.current && current.current.waiting.length > 0) put(current.current.shown());
  }, [put]);
  useEffect(() => {
    if (following && shown && shown.waiting.length > 0) show();
  }, [following, shown, show]);

  const older = useCallback(async () => {
    const known = current.current;
    if (!known || known.next === null || loadingOlder) return;
    setLoadingOlder(true);
    try {
      const page = await readOlder(known.next);
      if (current.current) put(current.current.older(page.events, page.next));
      setLoadingOlder(false);
    } catch (error) {
      fail(error, () => {
        timer.current = 0;
        setLoadingOlder(false);
      });
    }
  }, [readOlder, put, fail, loadingOlder]);

  return { window: shown, problem, show, older, open, lookedTo };
}
