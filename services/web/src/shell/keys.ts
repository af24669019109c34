/** Keyboard shortcuts, active while nothing is being typed. */
import { useEffect, useRef } from "react";

export type Keys = Record<string, (event: KeyboardEvent) => void>;

const TYPING = "input:not([type=range]):not([type=checkbox]),textarea,select,[contenteditable]";

/**
 * Call the function registered for a key, or for a sequence that starts with g: `"g t"`. Named
 * keys are lower-case: `"enter"`, `"escape"`, `"arrowleft"`. Inactive during text input, in open
 * dialogs, and with Ctrl, Alt or Meta held.
 */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    let first = "";
    let firstAt = 0;
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (event.key !== "Escape" && target?.closest(TYPING)) return;
      if (document.querySelector("dialog[open]")) return;
      const key = event.key.length > 1 ? event.key.toLowerCase() : event.key;
      // A key after g never counts by itself, because other handlers get the same events.
      const second = first === "g" && Date.now() - firstAt < 1000;
      const act = latest.current[second ? `g ${key}` : key];
      first = second ? "" : key;
      firstAt = Date.now();
      if (!act) return;
      // Enter and space belong to the focused element.
      if (event.key === "Enter" && target?.closest("a,button,summary")) return;
      act(event);
      event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}

/** The shortcuts of all views; added views have their own. */
export const LEGEND: [keys: string, does: string][] = [
  ["j k", "next and previous row"],
  ["Enter", "open the selected row"],
  ["x", "select the row, to act on several"],
  ["/", "search; paste a task ID anywhere to open the task"],
  ["g t", "go to tasks"],
  ["g f", "go to failures"],
  ["g c", "go to charts"],
  ["g p", "go to the project timeline"],
  ["g q", "go to queues"],
  ["g w", "go to workers"],
  ["g s", "go to schedules"],
  ["g a", "go to all projects"],
  ["← →", "previous and next event of a task"],
  ["p", "pause and resume"],
  ["n", "show new rows"],
  ["Esc", "clear the search, the selection or the replay"],
  ["?", "show these shortcuts"],
];
