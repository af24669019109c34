import type { EventType as Type } from "../client";
import { SIGNS } from "./signs";

/** The colour of an event type; its sign and name are always shown beside it. */
const LOOKS: Record<Type, string> = {
  registered: "text-pending",
  started: "text-running",
  progress: "text-running",
  retrying: "text-retry",
  completed: "text-success",
  failed: "text-failure",
  cancel_requested: "text-revoked",
  retry_requested: "text-retry",
  noted: "text-soft",
};

export const EVENT_TYPES = Object.keys(LOOKS) as Type[];

export function EventType({ type }: { type: Type }) {
  const { path, filled } = SIGNS[type];
  return (
    <span
      className={`inline-flex h-5 items-center gap-1 align-top text-xs font-medium whitespace-nowrap ${LOOKS[type]}`}
    >
      <svg viewBox="-6 -6 12 12" className="size-3 shrink-0" aria-hidden="true">
        <path
          d={path}
          fill={filled ? "currentColor" : "none"}
          stroke="currentColor"
          strokeWidth="1.5"
        />
      </svg>
      {type}
    </span>
  );
}
