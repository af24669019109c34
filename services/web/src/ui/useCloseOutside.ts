import { type RefObject, useEffect } from "react";

/** Closes an open `<details>` on Escape and on clicks outside. */
export function useCloseOutside(details: RefObject<HTMLDetailsElement | null>): void {
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
    document.addEventListener("pointerdown", leave);
    document.addEventListener("keydown", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("keydown", leave);
    };
  }, [details]);
}
