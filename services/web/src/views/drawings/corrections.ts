/** Correcting what was measured: each change is stored at once, and can be taken back. */
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

/** A change that was made, and what it was, in words. */
interface Made {
  id: string;
  what: string;
}

export interface Corrections {
  /** Make a change; false where it was refused. */
  change: (what: string, request: (client: LedgerClient) => Promise<Changed>) => Promise<boolean>;
  undo: () => void;
  redo: () => void;
  /** What would be taken back, and made again. */
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

/** For one project; what was changed here is taken back in the reverse order. */
export function useCorrecting(projectId: string): Corrections {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const [done, setDone] = useState<Made[]>([]);
  const [undone, setUndone] = useState<Made[]>([]);
  const { busy, refused, ask } = useAsk<Changed>();
  const working = useRef(false);

  const made = useCallback(
    async (request: () => Promise<Changed>) => {
      if (working.current) return null;
      working.current = true;
      const changed = await ask(request);
      // Also after a refusal: then somebody else has changed it.
      await Promise.all(
        [["measurements"], ["conditions", projectId], ["revision"], ["page"], ["pages"]].map(
          (queryKey) => queries.invalidateQueries({ queryKey }),
        ),
      );
      working.current = false;
      return changed;
    },
    [ask, queries, projectId],
  );
  const change = useCallback<Corrections["change"]>(
    async (what, request) => {
      const changed = await made(() => request(client));
      if (changed === null) return false;
      setDone((before) => [...before, { id: changed.change_id, what }]);
      setUndone([]);
      return true;
    },
    [made, client],
  );
  const [last, next] = [done.at(-1), undone.at(-1)];
  const takeBack = async (which: Made | undefined) => {
    if (which === undefined) return null;
    return made(() =>
      answered(
        client.POST("/changes/{change_id}/undo", { params: { path: { change_id: which.id } } }),
      ),
    );
  };
  const undo = async () => {
    const changed = await takeBack(last);
    if (working.current || last === undefined) return;
    setDone((before) => before.filter((each) => each !== last));
    if (changed) setUndone((before) => [...before, { ...last, id: changed.change_id }]);
  };
  const redo = async () => {
    const changed = await takeBack(next);
    if (working.current || next === undefined) return;
    setUndone((before) => before.filter((each) => each !== next));
    if (changed) setDone((before) => [...before, { ...next, id: changed.change_id }]);
  };
  useUndoKeys(
    () => void undo(),
    () => void redo(),
  );
  const acts = useRef({ undo, redo });
  useEffect(() => {
    acts.current = { undo, redo };
  });
  const [lastSays, nextSays] = [last?.what ?? null, next?.what ?? null];
  return useMemo(
    () => ({
      change,
      undo: () => void acts.current.undo(),
      redo: () => void acts.current.redo(),
      last: lastSays,
      next: nextSays,
      busy,
      refused,
    }),
    [change, lastSays, nextSays, busy, refused],
  );
}
