import { useEffect, useState } from "react";

/** As the stylesheet's `sm` and `lg`. */
const WIDTHS = { sm: "40rem", lg: "64rem" } as const;

/** Whether the window is so wide: what the stylesheet decides, for what must be computed. */
export function useWide(from: keyof typeof WIDTHS): boolean {
  const condition = `(min-width: ${WIDTHS[from]})`;
  const [wide, setWide] = useState(() => matchMedia(condition).matches);
  useEffect(() => {
    const query = matchMedia(condition);
    const changed = () => setWide(query.matches);
    changed();
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, [condition]);
  return wide;
}
