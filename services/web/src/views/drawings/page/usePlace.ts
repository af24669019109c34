/** Keeps the viewport and the URL in sync. */
import { useEffect, useLayoutEffect, useRef } from "react";
import { addressOf, placeOf } from "../search";
import { centred, onPage, type Size, type Viewport } from "./viewport";

/** The pause after which the URL follows, in ms. */
const REST_MS = 300;

export function usePlace(options: {
  page: Size;
  screen: Size;
  /** The viewport in the URL; undefined for the whole page. */
  place: string | undefined;
  onPlace: (place: string | undefined) => void;
  /** The current viewport; null for the whole page. */
  chosen: Viewport | null;
  setChosen: (view: Viewport | null) => void;
}): void {
  const { page, screen, place, chosen, setChosen } = options;
  const { width, height } = page;
  const told = useRef<string | undefined>(undefined);
  const latest = useRef(options);
  useLayoutEffect(() => {
    latest.current = options;
  });

  const ready = screen.width > 0;
  useLayoutEffect(() => {
    if (!ready || place === told.current) return;
    told.current = place;
    const named = place === undefined ? null : placeOf(place);
    setChosen(named && centred(named.zoom, named, { width, height }, latest.current.screen));
  }, [ready, place, width, height, setChosen]);

  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => {
      const { page: size, screen: room, onPlace } = latest.current;
      const middle = { x: room.width / 2, y: room.height / 2 };
      const now = chosen
        ? addressOf({ ...onPage(chosen, middle, size), zoom: chosen.zoom })
        : undefined;
      if (now === told.current) return;
      told.current = now;
      onPlace(now);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [ready, chosen]);
}
