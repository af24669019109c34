import { counted } from "../../ui/wording";

const BAR = 4;
const GAP = 1;
const HEIGHT = 20;

/** Failures by the hour or by the day, the current one last. */
export function Trend({ counts, by }: { counts: readonly number[]; by: "hour" | "day" }) {
  const most = Math.max(1, ...counts);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const span = by === "hour" ? "24 hours" : `${counts.length} days`;
  const says = `${counted(all, "failure")} in the last ${span}, at most ${most} in one ${by}`;
  return (
    <svg
      role="img"
      aria-label={all === 0 ? `No failures in the last ${span}` : says}
      width={counts.length * (BAR + GAP)}
      height={HEIGHT}
      className="block text-failure"
    >
      <title>{all === 0 ? `No failures in the last ${span}` : says}</title>
      {counts.map((count, place) => {
        const height = count === 0 ? 1 : Math.max(3, (count / most) * HEIGHT);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: an hour has no other name
            key={place}
            x={place * (BAR + GAP)}
            y={HEIGHT - height}
            width={BAR}
            height={height}
            fill={count === 0 ? "var(--color-line)" : "currentColor"}
          />
        );
      })}
    </svg>
  );
}
