import type { ReactNode } from "react";

/** The meaning of the bars and signs. */
const BARS = [
  { text: "queued", look: "h-[3px] bg-edge" },
  { text: "running", look: "h-3 rounded-xs bg-running" },
  {
    text: "waiting until due",
    look: "h-3 border border-retry bg-[repeating-linear-gradient(45deg,var(--color-retry)_0_2px,transparent_2px_5px)]",
  },
  { text: "lost (worker died)", look: "h-3 border border-dashed border-failure" },
];

export function Legend({ zone, children }: { zone: string; children?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 pt-1 text-xs text-soft">
      {BARS.map(({ text, look }) => (
        <span key={text} className="inline-flex items-center gap-1">
          <span className={`inline-block w-6 ${look}`} aria-hidden="true" />
          {text}
        </span>
      ))}
      <span>times in {zone}</span>
      {children}
    </div>
  );
}
