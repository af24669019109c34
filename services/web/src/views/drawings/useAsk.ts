/** Asking for something to be done, with the refusal kept for whoever asked. */
import { useCallback, useState } from "react";
import { Problem } from "../../client";

export interface Ask<T> {
  busy: boolean;
  refused: string;
  /** Resolves with the answer, or with null when it was refused. */
  ask: (request: () => Promise<T>) => Promise<T | null>;
  clear: () => void;
}

export function useAsk<T>(): Ask<T> {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const ask = useCallback(async (request: () => Promise<T>) => {
    setBusy(true);
    setRefused("");
    try {
      return await request();
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
      return null;
    } finally {
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setRefused(""), []);
  return { busy, refused, ask, clear };
}
