/** Sends a request and keeps its refusal for display. */
import { useCallback, useState } from "react";
import { Problem } from "../../client";

export interface Ask<T> {
  busy: boolean;
  refused: string;
  /** Resolves with the response, or null if it was refused. */
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
