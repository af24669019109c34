/** What could not be reached is asked for again, for as long as it is looked at. */
import { Problem } from "../client";

const AGAIN_MS = 3000;

/** In how many ms a question that failed is asked again; false where the answer would not change. */
export function againIn(error: unknown): number | false {
  return error instanceof Problem && error.passing && AGAIN_MS;
}
