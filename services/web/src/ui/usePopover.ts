import { type RefObject, useEffect } from "react";

const MARGIN = 8;

/** Closes an open `<details>` on Escape and on clicks outside, and keeps its panel in the window. */
export function usePopover(details: RefObject<HTMLDetailsElement | null>): void {
  useEffect(() => {
    const leave = (event: Event) => {
      const open = details.current;
      if (!open?.open) return;
      if (
        event instanceof KeyboardEvent
          ? event.key !== "Escape"
          : open.contains(event.target as Node)
      )
        return;
      open.open = false;
      if (event instanceof KeyboardEvent) open.querySelector("summary")?.focus();
    };
    const place = () => {
      const panel = details.current?.open ? details.current.lastElementChild : null;
      if (!(panel instanceof HTMLElement)) return;
      panel.style.translate = "";
      const { left, right } = panel.getBoundingClientRect();
      const beyond = Math.max(0, right - (window.innerWidth - MARGIN));
      const by = Math.max(-beyond, MARGIN - left);
      if (by !== 0) panel.style.translate = `${by}px`;
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("keydown", leave);
    // It does not bubble.
    document.addEventListener("toggle", place, true);
    window.addEventListener("resize", place);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("keydown", leave);
      document.removeEventListener("toggle", place, true);
      window.removeEventListener("resize", place);
    };
  }, [details]);
}
