import type { Task } from "../../../client";
import { counted, number } from "../../../ui/wording";
import { pixelsPerFoot, quantity } from "./marks";

interface Column {
  elements?: number;
  quantity?: number;
  unit?: string;
  latency_ms?: number | null;
  error?: { code: string; message: string };
}

interface TakeoffResult {
  measurements_created?: number;
  already_measured?: number;
  totals?: Record<string, { already_measured?: number }>;
  quantity?: number;
  unit?: string;
  conditions_created?: number | unknown[];
  withheld?: { count: number };
  providers?: Record<string, Column>;
  sheet_number?: string | null;
  text_length?: number;
  discipline?: string | null;
  page_type?: string | null;
  scale_text?: string | null;
  scale_value?: number | null;
  calibrated?: boolean;
  done?: string[];
  failed?: string;
}

/** A task's result in one line; a comparison as a table. */
export function Result({ task }: { task: Task }) {
  const result = (task.result ?? {}) as TakeoffResult;
  if (result.providers) return <Comparison columns={result.providers} />;
  const said = saying(task.task_type, result);
  return said === "" ? null : <p className="text-xs text-soft">{said}</p>;
}

function saying(type: string, result: TakeoffResult): string {
  if (type === "ocr_processing")
    return `${counted(result.text_length ?? 0, "character")}, sheet ${result.sheet_number ?? "unknown"}`;
  if (type === "page_processing")
    return result.failed
      ? `could not be processed: ${result.failed}`
      : result.done?.join(", ") || "nothing was lacking";
  if (type === "page_classification")
    return (
      [result.discipline, result.page_type].filter(Boolean).join(", ") || "could not be classified"
    );
  if (type === "scale_detection")
    return [
      result.scale_text ?? (result.scale_value ? pixelsPerFoot(result.scale_value) : "no scale"),
      result.calibrated ? "calibrated" : "not calibrated",
    ].join(", ");
  if (result.measurements_created === undefined) return "";
  const before = [result, ...Object.values(result.totals ?? {})].reduce(
    (sum, each) => sum + (each.already_measured ?? 0),
    0,
  );
  const made = Array.isArray(result.conditions_created)
    ? result.conditions_created.length
    : (result.conditions_created ?? 0);
  return [
    `${number(result.measurements_created)} measured`,
    before > 0 ? `${number(before)} already measured` : "",
    result.quantity !== undefined && result.unit ? quantity(result.quantity, result.unit) : "",
    made > 0 ? `${counted(made, "condition")} created` : "",
    result.withheld?.count ? `${number(result.withheld.count)} found but not measured` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function Comparison({ columns }: { columns: Record<string, Column> }) {
  return (
    <table className="mt-1 w-full text-xs" data-comparison>
      <thead className="text-left text-soft">
        <tr>
          <th className="font-normal">Provider</th>
          <th className="text-right font-normal">Found</th>
          <th className="text-right font-normal">Quantity</th>
          <th className="text-right font-normal">Duration</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(columns).map(([name, column]) => (
          <tr key={name} className="align-top">
            <th className="text-left font-medium">{name}</th>
            {column.error ? (
              <td colSpan={3} className="break-words text-failure">
                {column.error.message}
              </td>
            ) : (
              <>
                <td className="text-right">{column.elements}</td>
                <td className="text-right">{quantity(column.quantity ?? 0, column.unit ?? "")}</td>
                <td className="text-right">{number(column.latency_ms ?? 0)} ms</td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
