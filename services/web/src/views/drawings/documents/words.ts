/** Pages and what is known of them, as people say it. */
import type { PageRow } from "../queries";

/** `A-101 Floor plan`, or the number where the sheet says nothing. */
export function pageName(page: Pick<PageRow, "sheet_number" | "title" | "number">): string {
  const told = [page.sheet_number, page.title].filter(Boolean).join(" ");
  return told || `Page ${page.number}`;
}

/** `enlarged_plan` as `enlarged plan`. */
export function spelled(value: string | null): string {
  return value === null ? "" : value.replaceAll("_", " ");
}
