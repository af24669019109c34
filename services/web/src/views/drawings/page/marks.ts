/** The marks on a page: everything read or measured, with its place and evidence. */
import type { Condition, Measurement, PageDetail } from "../queries";
import type { Layer } from "../search";
import { outline } from "./shapes";
import type { Box } from "./viewport";

export interface Mark {
  id: string;
  layer: Layer;
  /** Its description. */
  label: string;
  /** Its evidence. */
  detail: string;
  /** Its box; missing if the place is unknown. */
  boxes: Box[];
  /** The measured outline, and whether it is an area. */
  path?: string;
  filled?: boolean;
  /** The measurement. */
  measurement?: Measurement;
  /** The required review, as text. */
  state?: string;
  /** Whether it no longer counts. */
  struck?: boolean;
  /** Whether it does not count yet. */
  faint?: boolean;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** The evidence of a page in the order of checking, without its words. */
export function evidenceOf(page: PageDetail): Mark[] {
  return [...titleMarks(page), ...scaleMarks(page), ...classMarks(page)];
}

function titleMarks({ title_block: block }: PageDetail): Mark[] {
  const named = [
    ["Sheet number", block?.sheet_number],
    ["Title", block?.title],
  ] as const;
  return named.flatMap(([name, found]) =>
    found
      ? [
          {
            id: `title-${name}`,
            layer: "title" as const,
            label: `${name}: ${found.text}`,
            detail: found.rule,
            boxes: [found.box as Box],
          },
        ]
      : [],
  );
}

function scaleMarks({ scale_detection: found, dpi }: PageDetail): Mark[] {
  if (!found) return [];
  const evidence = found.evidence.map((each, index) => ({
    id: `scale-${index}`,
    layer: "scale" as const,
    label: `${each.source}: ${each.text}`,
    detail: `${each.rule} · ${pixelsPerFoot(each.pixels_per_foot)}`,
    boxes: [each.box as Box],
  }));
  const told = new Set(found.evidence.map((each) => each.box.join()));
  const statements = found.statements
    .filter((each) => !told.has(each.box.join()))
    .map((each, index) => ({
      id: `stated-${index}`,
      layer: "scale" as const,
      label: `written in the ${each.role}: ${each.text}`,
      detail: [
        each.view_title,
        each.ratio === null ? each.kind : `1:${each.ratio}`,
        each.ratio !== null && dpi !== null ? pixelsPerFoot((dpi * 12) / each.ratio) : null,
      ]
        .filter(Boolean)
        .join(" · "),
      boxes: [each.box as Box],
    }));
  return [...evidence, ...statements];
}

function classMarks({ classification: found }: PageDetail): Mark[] {
  if (!found) return [];
  const judged = [
    ["Discipline", found.discipline],
    ["Page type", found.page_type],
    ["Concrete", found.concrete_relevance],
  ] as const;
  return judged.map(([name, answer]) => ({
    id: `class-${name}`,
    layer: "class" as const,
    label: `${name}: ${answer.value ?? "could not be classified"}`,
    detail: [
      answer.rule,
      answer.evidence.map((text) => `“${text}”`).join(", "),
      answer.value === null ? "" : `${percent(answer.confidence)} confidence`,
    ]
      .filter(Boolean)
      .join(" · "),
    boxes: (answer.boxes ?? []) as Box[],
  }));
}

export function wordMarks(page: PageDetail): Mark[] {
  return (page.ocr_blocks ?? []).map((word, index) => ({
    id: `word-${index}`,
    layer: "words",
    label: word.text,
    detail: `${word.source} · ${percent(word.confidence)} confidence`,
    boxes: [[word.left, word.top, word.right, word.bottom]],
  }));
}

export function measuredMarks(measurements: Measurement[], conditions: Condition[]): Mark[] {
  const names = new Map(conditions.map((condition) => [condition.id, condition.name]));
  return measurements.flatMap((each) => {
    const drawn = outline(each.geometry_type, each.geometry);
    if (drawn === null) return [];
    return [
      {
        id: `measured-${each.id}`,
        layer: "measured" as const,
        label: `${names.get(each.condition_id) ?? "Condition"}: ${quantity(each.quantity, each.unit)}`,
        detail: [
          each.label,
          each.notes,
          each.drawn_by === null ? "" : `drawn by ${each.drawn_by}`,
          reviewed(each),
          each.provider,
          each.model,
          each.confidence === null ? "" : `${percent(each.confidence)} confidence`,
        ]
          .filter(Boolean)
          .join(" · "),
        boxes: [drawn.box],
        path: drawn.path,
        filled: drawn.filled,
        measurement: each,
        ...(each.waits ? { state: "not in the total until accepted", faint: true } : {}),
        ...(each.superseded ? { state: "on a superseded sheet, does not count", faint: true } : {}),
        ...(each.review === "rejected" ? { struck: true } : {}),
      },
    ];
  });
}

/** The reviewer, if different from the person who drew it. */
function reviewed({ review, reviewed_by, drawn_by }: Measurement): string {
  return review === "open" || reviewed_by === drawn_by ? "" : `${review} by ${reviewed_by}`;
}

const QUANTITY = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

export function quantity(value: number, unit: string): string {
  return `${QUANTITY.format(value)} ${unit}`;
}

export function pixelsPerFoot(value: number): string {
  return `${QUANTITY.format(value)} px/ft`;
}
