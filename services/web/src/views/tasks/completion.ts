/** Completions at a position of a query. */
import type { components } from "../../client/schema";

export type QueryField = components["schemas"]["QueryFieldAnswer"];

export interface Option {
  /** The text that replaces `from` to `to`. */
  text: string;
  /** Its meaning, as shown to the user. */
  says: string;
}

export interface Completion {
  from: number;
  to: number;
  options: Option[];
  /** The present text is not a value of the field yet. */
  begun: boolean;
}

const NOTHING: Completion = { from: 0, to: 0, options: [], begun: false };
const AT_MOST = 12;

/** The start of the term at the caret: after the last unquoted space. */
function startOfTerm(text: string, caret: number): number {
  let start = 0;
  let quoted = false;
  for (let at = 0; at < caret; at += 1) {
    if (text[at] === "\\" && quoted) at += 1;
    else if (text[at] === '"') quoted = !quoted;
    else if (text[at] === " " && !quoted) start = at + 1;
  }
  return quoted ? caret : start;
}

/** The fields that begin like the word before the caret, or the values of the field before it. */
export function completionOf(
  text: string,
  caret: number,
  fields: readonly QueryField[],
): Completion {
  const start = startOfTerm(text, caret);
  const term = text.slice(start, caret);
  const minus = term.startsWith("-") ? 1 : 0;
  const written = term.slice(minus);
  const value = /^([a-z_]+):(?:.*,)?([^,"]*)$/i.exec(written);
  if (value) {
    const [, name = "", begun = ""] = value;
    const field = fields.find((each) => each.name === name.toLowerCase());
    const like = field?.choices.filter((choice) =>
      choice.toLowerCase().startsWith(begun.toLowerCase()),
    );
    if (!like?.length || (like.length === 1 && like[0] === begun)) return NOTHING;
    return {
      from: caret - begun.length,
      to: caret,
      options: like.map((choice) => ({ text: choice, says: "" })),
      begun: !like.some((choice) => choice.toLowerCase() === begun.toLowerCase()),
    };
  }
  if (!/^[a-z_]+$/i.test(written)) return NOTHING;
  const options = fields
    .filter((field) => field.name.startsWith(written.toLowerCase()))
    .slice(0, AT_MOST)
    .map((field) => ({
      text: field.keyed ? `${field.name}.` : `${field.name}:`,
      says: field.description,
    }));
  return { from: start + minus, to: caret, options, begun: false };
}

const FIELD_WITHOUT_VALUE = /(?:^|\s)-?[a-z_]+(?:\.[\w-][\w.-]*)?:(?:[~<>=]*|\S*,)$/i;

/** Whether more must be typed before it can be a query. */
export function isUnfinished(text: string): boolean {
  const quotes = text.replace(/\\./g, "").split('"').length - 1;
  return quotes % 2 === 1 || FIELD_WITHOUT_VALUE.test(text);
}
