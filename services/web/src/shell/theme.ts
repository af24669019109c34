/** Light, dark, or as the machine has it; kept in this browser. */
import { useState } from "react";

export type Theme = "auto" | "light" | "dark";

const KEY = "task-ledger-theme";
const NEXT: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "auto";
  } catch {
    return "auto"; // storage is switched off: the machine's theme is as good
  }
}

export function applyTheme(theme: Theme = stored()): void {
  document.documentElement.dataset.theme = theme;
}

/** The theme and what sets the next one. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(stored);
  const next = () => {
    const chosen = NEXT[theme];
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // it then lasts as long as this page
    }
    applyTheme(chosen);
    setTheme(chosen);
  };
  return [theme, next];
}
