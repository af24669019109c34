/** The visible marks of a page, with the names shared by panel and page. */
import { useMemo } from "react";
import type { Condition, Measurement, PageDetail } from "../queries";
import type { Layer } from "../search";
import { conditionLook, LOOKS } from "./looks";
import { evidenceOf, type Mark, measuredMarks, wordMarks } from "./marks";
import type { Tagged } from "./Overlay";

export interface MeasuredCondition {
  condition: Condition;
  letter: string;
  colour: string;
  marks: Tagged[];
  /** Its quantity on this page, and the waiting quantity. */
  quantity: number;
  waiting: number;
}

export interface Marks {
  words: Mark[];
  evidence: Tagged[];
  measured: MeasuredCondition[];
  /** The layers that are shown. */
  shownWords: Mark[];
  shown: Tagged[];
  find: (id: string | null) => Tagged | null;
}

const NO_MARKS: Mark[] = [];

export function useMarks(
  page: PageDetail,
  measurements: Measurement[] | undefined,
  conditions: Condition[] | undefined,
  layers: Layer[],
): Marks {
  const words = useMemo(() => wordMarks(page), [page]);
  const evidence = useMemo(
    () =>
      evidenceOf(page).map((mark, index) => ({
        mark,
        tag: String(index + 1),
        colour: LOOKS[mark.layer].colour,
      })),
    [page],
  );
  const measured = useMemo(
    () => byCondition(measurements ?? [], conditions ?? []),
    [measurements, conditions],
  );
  const on = layers.join();
  return useMemo(() => {
    const switched = new Set(on.split(","));
    const all = [...evidence, ...measured.flatMap((each) => each.marks)];
    const byId = new Map(all.map((each) => [each.mark.id, each]));
    return {
      words,
      evidence,
      measured,
      shownWords: switched.has("words") ? words : NO_MARKS,
      shown: all.filter(({ mark }) => switched.has(mark.layer) && !mark.struck),
      find: (id) => (id === null ? null : (byId.get(id) ?? null)),
    };
  }, [words, evidence, measured, on]);
}

function byCondition(measurements: Measurement[], conditions: Condition[]): MeasuredCondition[] {
  const marks = measuredMarks(measurements, conditions);
  const here = conditions.filter(({ id }) => measurements.some((each) => each.condition_id === id));
  return here.map((condition, index) => {
    const { colour, letter } = conditionLook(index);
    const of = measurements.filter((each) => each.condition_id === condition.id);
    const sum = (which: "counts" | "waits") =>
      of.reduce((total, each) => total + (each[which] ? each.quantity : 0), 0);
    return {
      condition,
      letter,
      colour,
      quantity: sum("counts"),
      waiting: sum("waits"),
      marks: marks
        .filter((mark) => mark.measurement?.condition_id === condition.id)
        .map((mark, place) => ({ mark, colour, tag: `${letter}${place + 1}` })),
    };
  });
}
