/** Where the page and its API are mounted. */

/**
 * The address at which the page is mounted, with a trailing slash: the document's `<base>`,
 * written by the server, or the root of the page's origin if there is none.
 */
export function pageRoot(): URL {
  const based = document.querySelector("base[href]") !== null;
  return new URL(based ? document.baseURI : "/", location.href);
}

/** Whether the host application signs people in and out. */
export function hostSignsIn(): boolean {
  return document.querySelector('meta[name="task-ledger-sign-in"][content="host"]') !== null;
}

/**
 * The address of the API, without a trailing slash.
 *
 * @param baseUrl where the server is mounted. Default: where the page is.
 */
export function apiRoot(baseUrl?: string): string {
  const root = baseUrl ?? pageRoot().href;
  return `${root.replace(/\/$/, "")}/api/v1`;
}

/** The address of a resource of the page's own API: `apiAddress("pages/1/image")`. */
export function apiAddress(path: string): string {
  return `${apiRoot()}/${path}`;
}
