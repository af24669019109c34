/** The theme: light, dark, or the system's; stored in this browser. */
import { useState } from "react";
import { keep, kept } from "./kept";

export type Theme = "auto" | "light" | "dark";

const KEY = "theme";
const NEXT: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };

function stored(): Theme {
  const value = kept(KEY);
  return value === "light" || value === "dark" ? value : "auto";
}

export function applyTheme(theme: Theme = stored()): void {
  document.documentElement.dataset.theme = theme;
}

/** The theme and a function that switches to the next one. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(stored);
  const next = () => {
    const chosen = NEXT[theme];
    keep(KEY, chosen);
    applyTheme(chosen);
    setTheme(chosen);
  };
  return [theme, next];
}
