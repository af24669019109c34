/** The theme: light, dark, or the system's; stored in this browser. */
import { useSyncExternalStore } from "react";
import { keep, kept } from "./kept";

export type Theme = "auto" | "light" | "dark";

const KEY = "theme";
const NEXT: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };
const listeners = new Set<() => void>();

function stored(): Theme {
  const value = kept(KEY);
  return value === "light" || value === "dark" ? value : "auto";
}

export function applyTheme(theme: Theme = stored()): void {
  document.documentElement.dataset.theme = theme;
}

export function setTheme(theme: Theme): void {
  keep(KEY, theme);
  applyTheme(theme);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The theme and a function that switches to the next one. */
export function useTheme(): [Theme, () => void] {
  const theme = useSyncExternalStore(subscribe, stored);
  return [theme, () => setTheme(NEXT[theme])];
}
