import type { Rule } from "./useLists";

export type Trigger = Rule["trigger"];

/** What each trigger notifies of, and whether it is about tasks, which a query can narrow. */
export const TRIGGERS: Record<Trigger, { says: string; ofTasks: boolean }> = {
  "task.failed": { says: "a task fails for good", ofTasks: true },
  "task.ended": { says: "a task ends", ofTasks: true },
  "failure.first": { says: "an error is new in its project", ofTasks: true },
  "failure.returned": { says: "a handled failure returns", ofTasks: true },
  "queue.stuck": { says: "a queue is stuck", ofTasks: false },
  "seal.refused": { says: "the sealer refuses", ofTasks: false },
};

/** The words for a trigger, also one that this page does not know. */
export function triggerSays(trigger: string): string {
  return trigger in TRIGGERS ? TRIGGERS[trigger as Trigger].says : trigger;
}
