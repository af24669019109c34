/** The API requests of the drawings view. */
import { useQuery } from "@tanstack/react-query";
import { answered, apiAddress, useLedgerClient } from "../../client";
import type { components } from "../../client/schema";
import { againIn } from "../../shell/again";

type Schemas = components["schemas"];
export type DocumentRow = Schemas["DocumentAnswer"];
export type PageRow = Schemas["PageSummary"];
export type PageDetail = Schemas["PageAnswer"];
export type Condition = Schemas["ConditionAnswer"];
export type Measurement = Schemas["MeasurementAnswer"];
export type Provider = Schemas["ProviderAnswer"];
export type ProviderName = NonNullable<Schemas["TakeoffRequest"]["provider"]>;

const MOST = 500;
/** Untracked tasks also read and measure pages, so poll for changes. */
const UNTRACKED_EVERY_MS = 4000;

/** All documents of a project, newest first. */
export function useDocuments(projectId: string) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["documents", projectId],
    queryFn: async ({ signal }) => {
      const found: DocumentRow[] = [];
      let cursor: string | null = null;
      do {
        const part: Schemas["DocumentsAnswer"] = await answered(
          client.GET("/projects/{project_id}/documents", {
            params: {
              path: { project_id: projectId },
              query: { limit: MOST, ...(cursor === null ? {} : { cursor }) },
            },
            signal,
          }),
        );
        found.push(...part.documents);
        cursor = part.next;
      } while (cursor !== null);
      return found;
    },
  });
}

/** Every page of a document, by number. */
export function usePages(documentId: string) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["pages", documentId],
    queryFn: async ({ signal }) => {
      const found: PageRow[] = [];
      let after: number | null = 0;
      do {
        const part: Schemas["PagesAnswer"] = await answered(
          client.GET("/documents/{document_id}/pages", {
            params: { path: { document_id: documentId }, query: { limit: MOST, after } },
            signal,
          }),
        );
        found.push(...part.pages);
        after = part.next;
      } while (after !== null);
      return found;
    },
    refetchInterval: ({ state }) =>
      state.data?.some((page) => !page.read) ? UNTRACKED_EVERY_MS : againIn(state.error),
  });
}

export function usePage(pageId: string) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["page", pageId],
    queryFn: async ({ signal }) =>
      // The client's response type loses that a box has four numbers.
      (await answered(
        client.GET("/pages/{page_id}", { params: { path: { page_id: pageId } }, signal }),
      )) as PageDetail,
    refetchInterval: ({ state }) =>
      state.data?.read === false ? UNTRACKED_EVERY_MS : againIn(state.error),
  });
}

export function useDocument(documentId: string | undefined) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["document", documentId],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/documents/{document_id}", {
          params: { path: { document_id: documentId ?? "" } },
          signal,
        }),
      ),
    enabled: documentId !== undefined,
  });
}

export function useConditions(projectId: string) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["conditions", projectId],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/projects/{project_id}/conditions", {
          params: { path: { project_id: projectId }, query: { limit: MOST } },
          signal,
        }),
      ),
    refetchInterval: UNTRACKED_EVERY_MS,
  });
}

export function useMeasurements(pageId: string) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["measurements", pageId],
    queryFn: async ({ signal }) => {
      const found: Measurement[] = [];
      let after: string | null = null;
      do {
        const part: Schemas["MeasurementsAnswer"] = await answered(
          client.GET("/pages/{page_id}/measurements", {
            params: {
              path: { page_id: pageId },
              query: { limit: MOST, ...(after === null ? {} : { after }) },
            },
            signal,
          }),
        );
        found.push(...part.measurements);
        after = part.next;
      } while (after !== null);
      return found;
    },
    refetchInterval: UNTRACKED_EVERY_MS,
  });
}

/** The revisions of the sheet before and after a page. */
export function useRevision(pageId: string) {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["revision", pageId],
    queryFn: ({ signal }) =>
      answered(
        client.GET("/pages/{page_id}/revision", {
          params: { path: { page_id: pageId } },
          signal,
        }),
      ),
    refetchInterval: UNTRACKED_EVERY_MS,
  });
}

export function useProviders() {
  const client = useLedgerClient();
  return useQuery({
    queryKey: ["providers"],
    queryFn: ({ signal }) => answered(client.GET("/ai-takeoff/providers", { signal })),
    staleTime: 60_000,
  });
}

/** The URL of a page's image, about this wide, or in full size. */
export function imageOf(pageId: string, width?: 320 | 640 | 1920): string {
  return apiAddress(`pages/${pageId}/image${width ? `?width=${width}` : ""}`);
}

/** The URL of a project's quantities as a file. */
export function takeoffFile(projectId: string, kind: "csv" | "xlsx"): string {
  return apiAddress(`projects/${projectId}/takeoff.${kind}`);
}

/** The URL of the quantities before and after each revision, as a file. */
export function revisionsFile(projectId: string): string {
  return apiAddress(`projects/${projectId}/revisions.csv`);
}

/** The URL of a document's marked-up drawings. */
export function markedPdf(documentId: string): string {
  return apiAddress(`documents/${documentId}/marked.pdf`);
}
