import { useCallback, useState } from "react";

/** The highlighted mark: the last one that got pointer or focus, or else the other. */
export interface Light {
  lit: string | null;
  onHover: (id: string | null) => void;
  onFocus: (id: string | null) => void;
}

export function useLight(): Light {
  const [light, setLight] = useState<{ hovered: string | null; focused: string | null }>({
    hovered: null,
    focused: null,
  });
  const [last, setLast] = useState<"hovered" | "focused">("hovered");
  const onHover = useCallback((hovered: string | null) => {
    setLight((before) => ({ ...before, hovered }));
    if (hovered !== null) setLast("hovered");
  }, []);
  const onFocus = useCallback((focused: string | null) => {
    setLight((before) => ({ ...before, focused }));
    if (focused !== null) setLast("focused");
  }, []);
  const other = last === "hovered" ? light.focused : light.hovered;
  return { lit: light[last] ?? other, onHover, onFocus };
}
