import { useState } from "react";

/** Which mark is lit: the one under the pointer, or else the one that has the focus. */
export interface Light {
  lit: string | null;
  onHover: (id: string | null) => void;
  onFocus: (id: string | null) => void;
}

export function useLight(): Light {
  const [hovered, onHover] = useState<string | null>(null);
  const [focused, onFocus] = useState<string | null>(null);
  return { lit: hovered ?? focused, onHover, onFocus };
}
