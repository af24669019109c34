const STEPS = [1, 2, 3, 4, 5, 6, 8, 10];

/**
 * The end of a scale from 0: a short number, not below `most`. Of whole numbers, its middle is one
 * too.
 */
export function scaleEnd(most: number, whole: boolean): number {
  if (most <= 0) return whole ? 2 : 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const ends = STEPS.map((step) => step * power);
  return ends.find((end) => end >= most && !(whole && end % 2 !== 0)) ?? most;
}
