import { useEffect, useRef, useState } from "react";

/**
 * Typed text that is applied to the URL after a pause. It follows the URL, except for its own
 * delayed changes, because more may have been typed since.
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
  /** Whether `next` differs from the last applied text and must be applied now. */
  const send = (next: string): boolean => {
    if (next === (sent.current.at(-1) ?? applied)) return false;
    sent.current.push(next);
    return true;
  };
  return { text, setText, send };
}
