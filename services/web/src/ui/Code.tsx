import type { ReactNode } from "react";

/** Something to be typed as it stands. */
export function Code({ children }: { children: ReactNode }) {
  return <code className="font-mono text-xs whitespace-nowrap">{children}</code>;
}
