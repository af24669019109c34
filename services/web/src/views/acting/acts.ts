/** The actions on many tasks and their texts. */
import type { Action } from "../../client";
import { counted } from "../../ui/wording";

export type Kind = Action["kind"];

interface Told {
  /** The label of its button. */
  name: string;
  /** What will happen to the given number of tasks. */
  will: (tasks: number) => string;
  /** The label of the button that starts it. */
  start: (tasks: number) => string;
  /** The action, when running or ended. */
  was: string;
  /** The tasks that it applies to. */
  applies: string;
}

export const ACTS: Record<Kind, Told> = {
  rerun: {
    name: "Run again",
    will: (n) =>
      `${counted(n, "task")} will be run again, ${
        n === 1 ? "as a new task" : "each as a new task"
      } with the same arguments.`,
    start: (n) => `Run ${counted(n, "task")} again`,
    was: "run again",
    applies: "tasks that failed or were cancelled",
  },
  retry: {
    name: "Retry now",
    will: (n) => `The countdown of ${counted(n, "task")} will end, and the next attempts start.`,
    start: (n) => `Retry ${counted(n, "task")} now`,
    was: "retried",
    applies: "tasks in a countdown to a retry",
  },
  cancel: {
    name: "Cancel",
    will: (n) =>
      `${counted(n, "task")} will be cancelled. A cancel cannot be undone, and none of them will end in SUCCESS.`,
    start: (n) => `Cancel ${counted(n, "task")}`,
    was: "cancelled",
    applies: "tasks that have not ended",
  },
  comment: {
    name: "Comment",
    will: (n) => `${counted(n, "task")} will get the comment. They do not change otherwise.`,
    start: (n) => `Comment on ${counted(n, "task")}`,
    was: "commented",
    applies: "any task",
  },
};

const OUTCOMES: Record<string, string> = {
  ended: "had ended",
  not_ended: "had not ended",
  already: "was done before",
  not_retrying: "was not in a countdown",
  not_terminable: "runs on a worker that cannot kill its process",
  no_message: "its message was deleted",
  lacks_results: "needs the result of a task that has none",
  too_many: "has reached the limit of notes",
  unknown: "is not in the ledger",
  retired: "is in a month that is archived, or being archived",
  refused: "was refused",
};

/** Why a task was skipped. */
export function outcomeSays(outcome: string): string {
  return OUTCOMES[outcome] ?? outcome;
}
