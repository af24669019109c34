/** Manual changes of measurements: each is stored at once and can be undone. */
import { useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { answered, type LedgerClient, useLedgerClient } from "../../client";
import type { components } from "../../client/schema";
import { useAsk } from "./useAsk";

type Changed = components["schemas"]["ChangedAnswer"];

/** A change and its description. */
interface Made {
  id: string;
  what: string;
}

/** Changes made and changes undone, the last at the end. */
interface History {
  done: Made[];
  undone: Made[];
}

export interface Corrections {
  /** Make a change; returns false if it was refused. */
  change: (what: string, request: (client: LedgerClient) => Promise<Changed>) => Promise<boolean>;
  undo: () => void;
  redo: () => void;
  /** Descriptions of the next undo and redo. */
  last: string | null;
  next: string | null;
  busy: boolean;
  refused: string;
}

const NOBODY: Corrections = {
  change: () => Promise.resolve(false),
  undo: () => undefined,
  redo: () => undefined,
  last: null,
  next: null,
  busy: false,
  refused: "",
};

export const CorrectionsContext = createContext<Corrections>(NOBODY);

export function useCorrections(): Corrections {
  return useContext(CorrectionsContext);
}

/** Ctrl+Z and Ctrl+Shift+Z, or Ctrl+Y, wherever nothing is being typed. */
function useUndoKeys(undo: () => void, redo: () => void): void {
  const latest = useRef({ undo, redo });
  useEffect(() => {
    latest.current = { undo, redo };
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey)) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("input:not([type=checkbox]),textarea,select")) return;
      if (document.querySelector("dialog[open]")) return;
      const key = event.key.toLowerCase();
      if (key === "y" || (key === "z" && event.shiftKey)) latest.current.redo();
      else if (key === "z") latest.current.undo();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}

/**
 * Changes of one project, undone in reverse order.
 * Changes are made one at a time: further ones wait for the current one.
 */
export function useCorrecting(projectId: string): Corrections {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const [history, setHistory] = useState<History>({ done: [], undone: [] });
  const { busy, refused, ask } = useAsk<Changed>();
  // The current state: the rendered state may be one change behind.
  const latest = useRef(history);
  const turns = useRef<Promise<unknown>>(Promise.resolve());

  const put = useCallback((next: History) => {
    latest.current = next;
    setHistory(next);
  }, []);
  const inTurn = useCallback(<T>(work: () => Promise<T>): Promise<T> => {
    const turn = turns.current.then(work);
    turns.current = turn.catch(() => undefined);
    return turn;
  }, []);
  const made = useCallback(
    async (request: () => Promise<Changed>) => {
      const changed = await ask(request);
      // Also after a refusal, because somebody else may have changed it.
      await Promise.all(
        [
          ["measurements"],
          ["conditions", projectId],
          ["revision"],
          ["page"],
          ["pages"],
          ["projects"],
          ["project"],
        ].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
      return changed;
    },
    [ask, queries, projectId],
  );
  const change = useCallback<Corrections["change"]>(
    (what, request) =>
      inTurn(async () => {
        const changed = await made(() => request(client));
        if (changed === null) return false;
        const { done } = latest.current;
        put({ done: [...done, { id: changed.change_id, what }], undone: [] });
        return true;
      }),
    [inTurn, made, client, put],
  );
  const takeBack = useCallback(
    (from: keyof History, to: keyof History) =>
      inTurn(async () => {
        const which = latest.current[from].at(-1);
        if (which === undefined) return;
        const changed = await made(() =>
          answered(
            client.POST("/changes/{change_id}/undo", { params: { path: { change_id: which.id } } }),
          ),
        );
        const left = latest.current;
        const added = changed ? [{ ...which, id: changed.change_id }] : [];
        put({
          ...left,
          [from]: left[from].slice(0, -1),
          [to]: [...left[to], ...added],
        });
      }),
    [inTurn, made, client, put],
  );
  const undo = useCallback(() => void takeBack("done", "undone"), [takeBack]);
  const redo = useCallback(() => void takeBack("undone", "done"), [takeBack]);
  useUndoKeys(undo, redo);
  const last = history.done.at(-1)?.what ?? null;
  const next = history.undone.at(-1)?.what ?? null;
  return useMemo(
    () => ({ change, undo, redo, last, next, busy, refused }),
    [change, undo, redo, last, next, busy, refused],
  );
}
