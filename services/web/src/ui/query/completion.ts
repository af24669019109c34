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

/** Values that tasks of the project have, by field. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

const OPERATOR_SAYS: Record<string, string> = {
  "~": "contains",
  ">": "above, or after",
  ">=": "at least, or from",
  "<": "below, or before",
  "<=": "at most, or until",
};
const NEEDS_QUOTES = /[\s,"*]|^[~<>]/;

const NOTHING: Completion = { from: 0, to: 0, options: [], begun: false };
const AT_MOST = 12;

/** The part of a refused query that the server's position points at: its term, or the rest. */
export function refusedPart(text: string, position: number): [string, string, string] {
  // The server counts characters, of which some take two places in a string.
  const before = [...text].slice(0, position).join("").length;
  const at = Math.min(before, Math.max(text.length - 1, 0));
  const space = text.indexOf(" ", at + 1);
  const end = space < 0 || text[at] === '"' ? text.length : space;
  return [text.slice(0, at), text.slice(at, end), text.slice(end)];
}

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

function isLike(value: string, begun: string): boolean {
  return value.toLowerCase().startsWith(begun.toLowerCase());
}

function asValue(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replace(/[\\"]/g, "\\$&")}"` : text;
}

/** The choices of a field, or else known values, that begin like the text before the caret. */
function valueCompletion(
  field: QueryField,
  operator: string,
  begun: string,
  caret: number,
  known: KnownValues,
): Completion {
  const choices = field.choices.filter((choice) => isLike(choice, begun));
  const values = operator === "" ? (known[field.name] ?? []) : [];
  const like = [...choices, ...values.filter((value) => isLike(value, begun)).map(asValue)];
  const options: Option[] = like.slice(0, AT_MOST).map((value) => ({ text: value, says: "" }));
  if (operator === "" && begun === "")
    options.push(
      ...field.operators
        .filter((each) => each !== "")
        .map((each) => ({ text: each, says: OPERATOR_SAYS[each] ?? "" })),
    );
  if (options.length === 0 || (options.length === 1 && options[0]?.text === begun)) return NOTHING;
  const unfinished = !choices.some((choice) => choice.toLowerCase() === begun.toLowerCase());
  return {
    from: caret - begun.length,
    to: caret,
    options,
    begun: field.choices.length > 0 && unfinished,
  };
}

/**
 * The fields that begin like the word before the caret, or the operators and values of the field
 * before it.
 */
export function completionOf(
  text: string,
  caret: number,
  fields: readonly QueryField[],
  known: KnownValues = {},
): Completion {
  const start = startOfTerm(text, caret);
  const term = text.slice(start, caret);
  const minus = term.startsWith("-") ? 1 : 0;
  const written = term.slice(minus);
  const value = /^([a-z_]+):(~|>=|<=|>|<|)((?:[^,"]*,)*)([^,"]*)$/i.exec(written);
  if (value) {
    const [, name = "", operator = "", before = "", begun = ""] = value;
    const field = fields.find((each) => each.name === name.toLowerCase());
    if (!field) return NOTHING;
    const offered = before === "" ? field : { ...field, operators: [] };
    return valueCompletion(offered, operator, begun, caret, known);
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
