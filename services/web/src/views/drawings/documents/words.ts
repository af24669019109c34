/** Texts for pages and their classification. */
import type { PageRow } from "../queries";

/** `A-101 Floor plan`, or the page number if the sheet has neither. */
export function pageName(page: Pick<PageRow, "sheet_number" | "title" | "number">): string {
  const told = [page.sheet_number, page.title].filter(Boolean).join(" ");
  return told || `Page ${page.number}`;
}

/** The relevance of a page to concrete work. */
export function relevance(value: PageRow["concrete_relevance"]): string {
  if (value === null) return "not classified";
  return value === "none" ? "not relevant" : `${value} relevance`;
}

/** `enlarged_plan` as `enlarged plan`. */
export function spelled(value: string | null): string {
  return value === null ? "" : value.replaceAll("_", " ");
}
