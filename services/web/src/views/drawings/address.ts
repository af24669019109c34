/** The view's URL, which holds its state. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { type DrawingsSearch, drawingsSearch } from "./search";

export const ADDRESS = "/projects/$projectId/$view";

export function useDrawingsSearch(): DrawingsSearch {
  const search = useSearch({ from: ADDRESS });
  return useMemo(() => drawingsSearch(search), [search]);
}

type Change = (now: DrawingsSearch) => DrawingsSearch;

/** As a link's `search`. */
export function changed(change: Change) {
  return (now: Record<string, unknown>) => ({ ...change(drawingsSearch(now)) });
}

/** Changes the URL; `replace` adds no history entry. */
export function useDrawingsNavigate(): (change: Change, replace?: boolean) => void {
  const navigate = useNavigate({ from: ADDRESS });
  return useCallback(
    (change, replace = false) => void navigate({ to: ".", search: changed(change), replace }),
    [navigate],
  );
}
