/** Parses and formats lengths as drawings and people write them. */
import type { UnitSystem } from "../unitSystem";

/** Examples of valid lengths, for messages. */
export const EXAMPLES: Record<UnitSystem, string> = {
  imperial: `24'-6", 24' 6 1/2", 24.5, 6" or 7.5 m`,
  metric: `7.5 m, 7.5, 7500 mm or 24'-6"`,
};

const QUOTES: [RegExp, string][] = [
  [/[’‘′`´]/g, "'"],
  [/[”“″]|''/g, '"'],
  [/[–—−]/g, "-"],
];
const FRACTIONS: Record<string, string> = {
  "½": "1/2",
  "¼": "1/4",
  "¾": "3/4",
  "⅛": "1/8",
  "⅜": "3/8",
  "⅝": "5/8",
  "⅞": "7/8",
};
const NUMBER = String.raw`\d+(?:\.\d+)?|\.\d+`;
const INCHES = String.raw`(?:(\d+)[\s-]+(\d+)/(\d+)|(\d+)/(\d+)|(${NUMBER}))`;
const FEET = new RegExp(String.raw`^(${NUMBER})\s*(?:'|ft\.?|feet|foot)?$`, "i");
const WITH_INCHES = new RegExp(
  String.raw`^(?:(${NUMBER})\s*(?:'|ft\.?|feet|foot)\s*-?\s*)?${INCHES}\s*(?:"|in\.?|inch|inches)?$`,
  "i",
);
const METRES = new RegExp(String.raw`^(${NUMBER})\s*(m|cm|mm)$`, "i");
const METRES_PER_FOOT = 0.3048;
const PER_METRE: Record<string, number> = { m: 1, cm: 100, mm: 1000 };
const PER_FOOT: Record<string, number> = { m: 0.3048, cm: 30.48, mm: 304.8 };

const BARE = new RegExp(`^(${NUMBER})$`);

/** A line's length, as passed to the API. */
export type Length = { feet: number } | { metres: number };

/**
 * The length, in metres if written in metres; null if `text` is not a length above zero. A bare
 * number is in feet, or in the metres of a metric project.
 */
export function parseLength(text: string, system: UnitSystem): Length | null {
  const plain = text.trim();
  const written = system === "metric" && BARE.test(plain) ? `${plain} m` : plain;
  const metres = METRES.exec(written);
  const feet = parseFeet(written);
  if (feet === null) return null;
  if (!metres) return { feet };
  return { metres: Number(metres[1]) / (PER_METRE[(metres[2] ?? "m").toLowerCase()] ?? 1) };
}

/** A length as drawings write it: `24'-6 1/2"` or `7.5 m`. */
export function lengthText(length: Length): string {
  if ("feet" in length) return feetAndInches(length.feet);
  return `${Number(length.metres.toFixed(4))} m`;
}

export function feetOf(length: Length): number {
  return "feet" in length ? length.feet : length.metres / METRES_PER_FOOT;
}

/**
 * The length in feet, or null if `text` is not a length above zero. A bare number is in feet;
 * inches alone need their mark, because 6 could be either.
 */
export function parseFeet(text: string): number | null {
  let plain = text.trim();
  for (const [from, to] of QUOTES) plain = plain.replace(from, to);
  plain = plain.replace(/(\d?)([½¼¾⅛⅜⅝⅞])/g, (_, before: string, one: string) =>
    before ? `${before} ${FRACTIONS[one]}` : (FRACTIONS[one] ?? one),
  );
  const feet = lengthOf(plain);
  return feet !== null && Number.isFinite(feet) && feet > 0 ? feet : null;
}

function lengthOf(text: string): number | null {
  const alone = FEET.exec(text);
  if (alone) return Number(alone[1]);
  const metres = METRES.exec(text);
  if (metres) return Number(metres[1]) / (PER_FOOT[(metres[2] ?? "m").toLowerCase()] ?? 0.3048);
  const both = WITH_INCHES.exec(text);
  if (!both) return null;
  const [, feet, whole, over, under, over2, under2, plain] = both;
  if (feet === undefined && !/("|in\.?|inch|inches)$/i.test(text)) return null;
  const inches =
    plain !== undefined
      ? Number(plain)
      : Number(whole ?? 0) + Number(over ?? over2) / Number(under ?? under2);
  if (feet !== undefined && inches >= 12) return null;
  return Number(feet ?? 0) + inches / 12;
}

/** Feet as drawings write them, to the nearest sixteenth: `24'-6 1/2"`. */
export function feetAndInches(feet: number): string {
  const sixteenths = Math.round(feet * 192);
  const whole = Math.floor(sixteenths / 192);
  const inches = Math.floor((sixteenths % 192) / 16);
  const rest = sixteenths % 16;
  if (rest === 0) return `${whole}'-${inches}"`;
  const by = [8, 4, 2, 1].find((each) => rest % each === 0) ?? 1;
  return `${whole}'-${inches} ${rest / by}/${16 / by}"`;
}
