import type { EventType as Type } from "../client";

/** Colour and shape of a type of event; its name is always beside them. */
const LOOKS: Record<Type, { look: string; shape: string }> = {
  registered: { look: "text-pending", shape: "○" },
  started: { look: "text-running", shape: "▶" },
  progress: { look: "text-running", shape: "–" },
  retrying: { look: "text-retry", shape: "◆" },
  completed: { look: "text-success", shape: "✓" },
  failed: { look: "text-failure", shape: "✕" },
  cancel_requested: { look: "text-revoked", shape: "■" },
  noted: { look: "text-soft", shape: "△" },
};

export const EVENT_TYPES = Object.keys(LOOKS) as Type[];

export function EventType({ type }: { type: Type }) {
  const { look, shape } = LOOKS[type];
  return (
    <span className={`text-xs font-medium whitespace-nowrap ${look}`}>
      <span aria-hidden="true" className="inline-block w-4 text-center">
        {shape}
      </span>
      {type}
    </span>
  );
}
