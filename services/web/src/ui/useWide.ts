import { useEffect, useState } from "react";

/** The breakpoints `sm` and `lg` of the stylesheet. */
const WIDTHS = { sm: "40rem", lg: "64rem" } as const;

/** Whether the window has this width, for decisions that the stylesheet cannot make. */
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
