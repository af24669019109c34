import type { ReactNode } from "react";
import { Id } from "../../../ui/Copy";
import { ScaleState } from "../documents/ScaleState";
import { pageName, relevance, spelled } from "../documents/words";
import type { PageDetail } from "../queries";
import { type Length, lengthText } from "./feet";
import { pixelsPerFoot } from "./marks";
import type { Calibration } from "./useCalibration";

/** The page's details. */
export function Facts({
  page,
  calibration,
}: {
  page: PageDetail;
  calibration: Calibration | null;
}) {
  const paper =
    page.width_in === null || page.height_in === null
      ? "print size unknown"
      : `${page.width_in.toFixed(1)} × ${page.height_in.toFixed(1)} in, ${Math.round(page.dpi ?? 0)} dpi`;
  return (
    <section aria-label="Page details" className="px-4 py-3">
      <h1 className="text-lg font-semibold">{pageName(page)}</h1>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3">
        <Fact name="Discipline">{spelled(page.discipline) || "not classified"}</Fact>
        <Fact name="Page type">{spelled(page.page_type) || "not classified"}</Fact>
        <Fact name="Concrete">{relevance(page.concrete_relevance)}</Fact>
        <Fact name="Paper">{paper}</Fact>
        <Fact name="Scale">
          <ScaleState page={page} />
          <Given page={page} />
        </Fact>
        <Fact name="ID">
          <Id id={page.id} label="page ID" />
        </Fact>
      </dl>
      {calibration && calibration.ends === null && (
        <button type="button" className="button mt-2" onClick={calibration.begin}>
          Calibrate by hand
        </button>
      )}
    </section>
  );
}

function Fact(props: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{props.name}</dt>
      <dd>{props.children}</dd>
    </>
  );
}

/** The source of the scale, as text. */
function Given({ page }: { page: PageDetail }) {
  if (page.scale_value === null) return null;
  const given = page.scale_calibration as {
    by?: string;
    line?: Length;
  } | null;
  const manual = page.scale_method === "manual";
  const line = given?.line ? ` from a line of ${lengthText(given.line)}` : "";
  return (
    <span className="block text-xs text-soft" data-scale={page.scale_value}>
      {page.scale_text !== null && `${pixelsPerFoot(page.scale_value)} · `}
      {manual ? `set by ${given?.by ?? "a person"}${line}` : `by ${page.scale_method}`}
    </span>
  );
}
