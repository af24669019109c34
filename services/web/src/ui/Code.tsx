import type { ReactNode } from "react";

/** Literal text to type. */
export function Code({ children }: { children: ReactNode }) {
  return <code className="font-mono text-xs whitespace-nowrap">{children}</code>;
}
