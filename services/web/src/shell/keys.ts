/** Keyboard shortcuts, active while nothing is being typed. */
import { useEffect, useRef } from "react";

export type Keys = Record<string, (event: KeyboardEvent) => void>;

const TYPING = "input:not([type=range]):not([type=checkbox]),textarea,select,[contenteditable]";

/**
 * Call the function registered for a key, or for a sequence that starts with g: `"g t"`. Named
 * keys are lower-case: `"enter"`, `"escape"`, `"arrowleft"`; the space bar is `" "`. Inactive during text input, in open
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
      if (/^(Enter| )$/.test(event.key) && target?.closest("a,button,summary,input")) return;
      act(event);
      event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}
