/** Where the page and its API are mounted. */

/**
 * The address that the page is mounted at, with a slash at its end: the document's `<base>`, which
 * the server writes, or the root of the page's origin where there is none.
 */
export function pageRoot(): URL {
  const based = document.querySelector("base[href]") !== null;
  return new URL(based ? document.baseURI : "/", location.href);
}

/** Whether the application that the server is mounted in signs people in and out. */
export function hostSignsIn(): boolean {
  return document.querySelector('meta[name="task-ledger-sign-in"][content="host"]') !== null;
}

/**
 * The address of the API, without a slash at its end.
 *
 * @param baseUrl where the server is mounted; without it, where the page is.
 */
export function apiRoot(baseUrl?: string): string {
  const root = baseUrl ?? pageRoot().href;
  return `${root.replace(/\/$/, "")}/api/v1`;
}

/** The address of something that the page's own API serves: `apiAddress("pages/1/image")`. */
export function apiAddress(path: string): string {
  return `${apiRoot()}/${path}`;
}
