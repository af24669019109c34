/** Pages and what is known of them, as people say it. */
import type { PageRow } from "../queries";

/** `A-101 Floor plan`, or the number where the sheet says nothing. */
export function pageName(page: Pick<PageRow, "sheet_number" | "title" | "number">): string {
  const told = [page.sheet_number, page.title].filter(Boolean).join(" ");
  return told || `Page ${page.number}`;
}

/** How much a page has to do with concrete. */
export function relevance(value: PageRow["concrete_relevance"]): string {
  if (value === null) return "not classified";
  return value === "none" ? "not relevant" : `${value} relevance`;
}

/** `enlarged_plan` as `enlarged plan`. */
export function spelled(value: string | null): string {
  return value === null ? "" : value.replaceAll("_", " ");
}
