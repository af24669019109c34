/** Retries requests that could not reach the server, as long as the view is open. */
import { Problem } from "../client";

const AGAIN_MS = 3000;

/** Milliseconds until a failed request is retried; false if a retry cannot help. */
export function againIn(error: unknown): number | false {
  return error instanceof Problem && error.passing && AGAIN_MS;
}
