import { expect, test } from "vitest";
import { completionOf, isUnfinished, type QueryField, refusedPart } from "./completion";

const field = (name: string, more: Partial<QueryField> = {}): QueryField => ({
  name,
  kind: "text",
  description: `About ${name}.`,
  keyed: false,
  operators: ["", "~"],
  choices: [],
  ...more,
});
const FIELDS = [
  field("status", { kind: "choice", operators: [""], choices: ["PENDING", "SUCCESS", "STARTED"] }),
  field("step"),
  field("meta", { keyed: true }),
  field("type"),
  field("took", { kind: "duration", operators: ["", ">", "<="] }),
];
const KNOWN = { type: ["ocr.read", "scale it", "split"] };

function completed(text: string, caret = text.length): string[] {
  const { from, to, options } = completionOf(text, caret, FIELDS, KNOWN);
  return options.map((option) => text.slice(0, from) + option.text + text.slice(to));
}

test("a word is completed to the fields that begin like it", () => {
  expect(completed("st")).toEqual(["status:", "step:"]);
  expect(completed("drain -ST")).toEqual(["drain -status:", "drain -step:"]);
  expect(completed("me")).toEqual(["meta."]);
  expect(completed("st is:ended", 2)).toEqual(["status: is:ended", "step: is:ended"]);
});

test("a field's value is completed to those that it takes", () => {
  expect(completed("status:")).toEqual(["status:PENDING", "status:SUCCESS", "status:STARTED"]);
  expect(completed("status:PENDING,s")).toEqual([
    "status:PENDING,SUCCESS",
    "status:PENDING,STARTED",
  ]);
  expect(completed("status:SUCCESS")).toEqual([]);
  expect(completed("step:x")).toEqual([]);
});

test("the beginning of a value is no value", () => {
  expect(completionOf("status:su", 9, FIELDS).begun).toBe(true);
  expect(completionOf("status:success", 14, FIELDS).begun).toBe(false);
  expect(completionOf("step:su", 7, FIELDS).begun).toBe(false);
});

test("nothing is completed within a quoted text, a key or a number", () => {
  expect(completed('"some st')).toEqual([]);
  expect(completed("meta.st")).toEqual([]);
  expect(completed("12")).toEqual([]);
  expect(completed("")).toEqual([]);
});

test("a query is unfinished while a value or a closing quote is missing", () => {
  for (const text of ["status:", "a status:A,", 'error:~"scale', "attempt:>="])
    expect(isUnfinished(text), text).toBe(true);
  for (const text of [
    "",
    "drain",
    "status:A",
    'error:~"scale bar"',
    "A-101.",
    "done.",
    "12:",
    '"a\\"b"',
  ])
    expect(isUnfinished(text), text).toBe(false);
});

test("a field's values are completed to those that the project has, quoted where needed", () => {
  expect(completed("type:s")).toEqual(['type:"scale it"', "type:split"]);
  expect(completed("-type:split,oc")).toEqual(["-type:split,ocr.read"]);
  expect(completed("type:split")).toEqual([]);
  expect(completed("type:~s")).toEqual([]);
});

test("an operator is offered where one may follow", () => {
  expect(completed("took:")).toEqual(["took:>", "took:<="]);
  expect(completed("took:>")).toEqual([]);
  expect(completed("type:")).toEqual(["type:ocr.read", 'type:"scale it"', "type:split", "type:~"]);
  expect(completed("type:split,")).toEqual([
    "type:split,ocr.read",
    'type:split,"scale it"',
    "type:split,split",
  ]);
});

test("the refused part of a query is its term", () => {
  expect(refusedPart("a typ:ocr b", 2)).toEqual(["a ", "typ:ocr", " b"]);
  expect(refusedPart('a error:~"open b', 9)).toEqual(["a error:~", '"open b', ""]);
  expect(refusedPart("status:", 7)).toEqual(["status", ":", ""]);
  expect(refusedPart("📐 typ:ocr b", 2)).toEqual(["📐 ", "typ:ocr", " b"]);
});
