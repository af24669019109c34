import type { TaskStatus } from "../client";

/** A status with colour, shape and name, so that it does not depend on colour. */
const LOOKS: Record<TaskStatus, { colour: string; shape: string }> = {
  PENDING: { colour: "text-pending", shape: "M6 1.75a4.25 4.25 0 1 0 0 8.5a4.25 4.25 0 1 0 0-8.5" },
  STARTED: { colour: "text-running", shape: "M3 2v8l7-4z" },
  PROGRESS: { colour: "text-running", shape: "M3 2v8l7-4z" },
  RETRY: { colour: "text-retry", shape: "M9.7 5A4 4 0 1 0 10 7M10 1.5V5H6.5" },
  SUCCESS: { colour: "text-success", shape: "M1.75 6.5L4.75 9.5L10.25 2.75" },
  FAILURE: { colour: "text-failure", shape: "M2.5 2.5L9.5 9.5M9.5 2.5L2.5 9.5" },
  REVOKED: { colour: "text-revoked", shape: "M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M3 9L9 3" },
};

export const STATUSES = Object.keys(LOOKS) as TaskStatus[];

export function Status({ status }: { status: TaskStatus }) {
  const { colour, shape } = LOOKS[status];
  const filled = status === "STARTED" || status === "PROGRESS";
  return (
    <span
      className={`inline-flex items-center gap-1 text-xs font-semibold whitespace-nowrap ${colour}`}
    >
      <svg viewBox="0 0 12 12" className="size-3 shrink-0" aria-hidden="true">
        <path
          d={shape}
          fill={filled ? "currentColor" : "none"}
          stroke="currentColor"
          strokeWidth="1.75"
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      </svg>
      {status}
    </span>
  );
}

export function colourOf(status: TaskStatus): string {
  return LOOKS[status].colour;
}
