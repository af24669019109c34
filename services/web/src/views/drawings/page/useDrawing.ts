/** Manual measuring: draws a shape point by point, or edits an existing one. */
import { useState } from "react";
import { answered } from "../../../client";
import { type Corrections, useCorrections } from "../corrections";
import type { Condition, Measurement } from "../queries";
import {
  canFinish,
  type Drawn,
  drawnShape,
  ends,
  finds,
  isComplete,
  pair,
  type Tool,
  toolsFor,
} from "./tools";
import { type Point, straightened } from "./viewport";

/** Screen pixels around a point within which a click hits it. */
const REACH_PX = 8;

interface Draft {
  condition: Condition;
  tool: Tool;
  points: Point[];
}

export interface Drawing {
  draft: Draft | null;
  /** The drawn shape that is not stored yet. */
  pending: readonly Draft[];
  /** The measurement being edited. */
  edited: string | null;
  begin: (condition: Condition) => void;
  choose: (condition: Condition, tool: Tool) => void;
  click: (at: Point, straight: boolean, zoom: number) => void;
  back: () => void;
  finish: () => void;
  edit: (id: string | null) => void;
  save: (measurement: Measurement, shape: Drawn) => Promise<boolean>;
  leave: () => void;
  corrections: Corrections;
}

export function useDrawing(pageId: string): Drawing {
  const corrections = useCorrections();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [pending, setPending] = useState<readonly Draft[]>([]);
  const [edited, setEdited] = useState<string | null>(null);
  const choose = (condition: Condition, tool: Tool) => {
    setEdited(null);
    setDraft({ condition, tool, points: [] });
  };
  const store = async (drawn: Draft) => {
    const { condition, tool, points } = drawn;
    const shape = drawnShape(tool, points);
    const [first] = points;
    if (finds(tool) ? first === undefined : shape === null) return;
    // The next one can be started at once.
    setDraft({ condition, tool, points: [] });
    setPending((before) => [...before, drawn]);
    const params = { path: { page_id: pageId } };
    const stored =
      finds(tool) && first
        ? await corrections.change(`find ${condition.name}`, (client) =>
            answered(
              client.POST(
                tool === "fill" ? "/pages/{page_id}/fill" : "/pages/{page_id}/count-alike",
                {
                  params,
                  body: { condition_id: condition.id, at: pair(first) },
                },
              ),
            ),
          )
        : shape &&
          (await corrections.change(`draw ${condition.name}`, (client) =>
            answered(
              client.POST("/pages/{page_id}/measurements", {
                params,
                body: { condition_id: condition.id, ...shape },
              }),
            ),
          ));
    setPending((before) => before.filter((each) => each !== drawn));
    // Restore a refused shape for correction, unless another one was started.
    if (!stored && !finds(tool)) setDraft((now) => (now?.points.length === 0 ? drawn : now));
  };
  return {
    draft,
    pending,
    edited,
    begin: (condition) => choose(condition, toolsFor(condition.measurement_type)[0] ?? "polygon"),
    choose,
    click: (at, straight, zoom) => {
      if (draft === null) return;
      const { tool, points } = draft;
      const before = points.at(-1);
      if (ends(tool, points, at, REACH_PX / zoom)) return void store(draft);
      if (isComplete(tool, points)) return;
      const next = straight && before && tool !== "rectangle" ? straightened(before, at) : at;
      const longer = { ...draft, points: [...points, next] };
      setDraft(longer);
      if (isComplete(tool, longer.points)) void store(longer);
    },
    back: () => setDraft((now) => now && { ...now, points: now.points.slice(0, -1) }),
    finish: () => {
      if (draft !== null && canFinish(draft.tool, draft.points)) void store(draft);
    },
    edit: (id) => {
      setDraft(null);
      setEdited(id);
    },
    save: (measurement, shape) =>
      corrections.change("edit shape", (client) =>
        answered(
          client.PATCH("/measurements/{measurement_id}", {
            params: { path: { measurement_id: measurement.id } },
            body: shape,
          }),
        ),
      ),
    leave: () => {
      setDraft(null);
      setEdited(null);
    },
    corrections,
  };
}
