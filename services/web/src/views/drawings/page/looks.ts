/** The style and name of each layer; the paper is white in both themes. */
import type { Layer } from "../search";

export interface Look {
  name: string;
  colour: string;
  /** Distinguishable without colour. */
  dash: string;
}

export const LOOKS: Record<Layer, Look> = {
  words: { name: "Recognized words", colour: "#595d63", dash: "" },
  title: { name: "Title block", colour: "#6a4795", dash: "" },
  scale: { name: "Scale", colour: "#835400", dash: "7 3" },
  class: { name: "Classification", colour: "#19662f", dash: "2 3" },
  measured: { name: "Measurements", colour: "#1c5ba3", dash: "" },
};

const SERIES = ["#1c5ba3", "#a8261c", "#19662f", "#6a4795", "#835400", "#0b6e78", "#9b2c6f"];

/** The colour and the unique letter of the n-th condition of a page. */
export function conditionLook(index: number): { colour: string; letter: string } {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const first = index < 26 ? "" : (letters[Math.floor(index / 26) - 1] ?? "");
  return {
    colour: SERIES[index % SERIES.length] ?? "#1c5ba3",
    letter: first + (letters[index % 26] ?? ""),
  };
}
