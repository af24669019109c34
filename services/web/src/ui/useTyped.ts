import { useEffect, useRef, useState } from "react";

/**
 * Text that is typed and, after a pause, applied to the address. It follows the address, except that
 * what it has applied itself comes back late: by then more may have been typed.
 */
export function useTyped(applied: string) {
  const [text, setText] = useState(applied);
  const sent = useRef<string[]>([]);
  useEffect(() => {
    const own = sent.current.indexOf(applied);
    sent.current = sent.current.slice(own + 1);
    if (own < 0) {
      sent.current = [];
      setText(applied);
    }
  }, [applied]);
  /** Whether `next` is to be applied now: it is not what was applied last. */
  const send = (next: string): boolean => {
    if (next === (sent.current.at(-1) ?? applied)) return false;
    sent.current.push(next);
    return true;
  };
  return { text, setText, send };
}
