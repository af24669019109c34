import type { Task } from "../../client";
import { dated } from "../../ui/wording";

/** A task in a few lines of text, for a ticket or a chat; times have their date and zone. */
export function summaryOf(task: Task, address: string): string {
  const lines = [
    `${task.task_name} (${task.task_type}): ${task.status}`,
    `task ${task.task_id} of project ${task.project_id}, requested by ${task.actor}`,
    `created ${dated(task.created_at)}`,
  ];
  if (task.started_at) lines.push(`started ${dated(task.started_at)}`);
  if (task.completed_at) lines.push(`ended ${dated(task.completed_at)}`);
  if (task.worker) lines.push(`attempt ${task.attempt} on ${task.worker}`);
  if (task.error) lines.push(`${task.error.type}: ${task.error.message}`);
  lines.push(address);
  return lines.join("\n");
}
