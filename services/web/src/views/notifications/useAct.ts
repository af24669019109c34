import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Problem } from "../../client";

/**
 * Does something on the server, then reads these lists again, also if it is refused, since they may
 * have changed meanwhile; says why it is refused.
 */
export function useAct(...lists: string[]) {
  const queries = useQueryClient();
  const [refused, setRefused] = useState("");
  const [busy, setBusy] = useState(false);
  const act = async (ask: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setRefused("");
    try {
      await ask();
      return true;
    } catch (error) {
      setRefused(error instanceof Problem ? error.message : String(error));
      return false;
    } finally {
      for (const list of lists) void queries.invalidateQueries({ queryKey: [list] });
      setBusy(false);
    }
  };
  return { act, refused, busy };
}
