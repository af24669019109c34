/** The sign of each event type, in lists and on lanes, drawn around 0 within ±5. */
import type { EventType } from "../client";

export interface Drawn {
  path: string;
  filled: boolean;
}

export const SIGNS: Record<EventType, Drawn> = {
  registered: { path: "M0-4a4 4 0 1 0 0 8a4 4 0 1 0 0-8", filled: false },
  started: { path: "M-3-5L5 0L-3 5z", filled: true },
  progress: { path: "M-4 0h8", filled: false },
  retrying: { path: "M0-5L5 0L0 5L-5 0z", filled: true },
  completed: { path: "M-5 0L-1.5 4L5-4", filled: false },
  failed: { path: "M-4-4L4 4M4-4L-4 4", filled: false },
  cancel_requested: { path: "M-4-4h8v8h-8z", filled: true },
  retry_requested: { path: "M-5-4L0 0L-5 4zM0-4L5 0L0 4z", filled: true },
  noted: { path: "M0-5L4 3H-4z", filled: false },
};
