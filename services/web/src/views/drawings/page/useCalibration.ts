/** Manual calibration of a page: a line between two points and its length. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answered, useLedgerClient } from "../../../client";
import type { components } from "../../../client/schema";
import { useAsk } from "../useAsk";
import { type Point, straightened } from "./viewport";

type ScaleRequest = components["schemas"]["ScaleRequest"];

export interface Calibration {
  /** The chosen ends; null if not calibrating. */
  ends: Point[] | null;
  begin: () => void;
  leave: () => void;
  /** Choose the next end; a third one starts over. */
  choose: (at: Point, straight: boolean) => void;
  save: (scale: ScaleRequest) => Promise<boolean>;
  busy: boolean;
  refused: string;
}

export function useCalibration(pageId: string): Calibration {
  const client = useLedgerClient();
  const queries = useQueryClient();
  const [ends, setEnds] = useState<Point[] | null>(null);
  const { busy, refused, ask, clear } = useAsk<boolean>();
  return {
    ends,
    begin: () => {
      clear();
      setEnds([]);
    },
    leave: () => {
      clear();
      setEnds(null);
    },
    choose: (at, straight) =>
      setEnds((before) => {
        const [first, second] = before ?? [];
        if (first === undefined || second !== undefined) return [at];
        return [first, straight ? straightened(first, at) : at];
      }),
    save: async (scale) => {
      const saved = await ask(async () => {
        const page = await answered(
          client.PUT("/pages/{page_id}/scale", {
            params: { path: { page_id: pageId } },
            body: scale,
          }),
        );
        queries.setQueryData(["page", pageId], page);
        void queries.invalidateQueries({ queryKey: ["pages", page.document_id] });
        return true;
      });
      if (saved) setEnds(null);
      return saved ?? false;
    },
    busy,
    refused,
  };
}
