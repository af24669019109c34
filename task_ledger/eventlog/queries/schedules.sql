-- The entries of beat schedules, by name.
-- Returns: name, task, schedule, project_id, last_run_at (null before the first run), next_run_at, whether a
--          beat watches it, runs, last_task_id, failure, asked_by, asked_at.
-- Arguments: projects, null for all, also those of untracked tasks; most.
-- Usage: task_ledger.eventlog.schedules.
SELECT b.name, b.task, b.schedule, b.project_id, CASE WHEN b.runs > 0 THEN b.last_run_at END,
    b.next_run_at, coalesce(b.watched_until > now(), false), b.runs, b.last_task_id, b.failure,
    b.asked_by, b.asked_at
FROM task_ledger.beat_entry AS b
WHERE %(projects)s::text[] IS NULL OR b.project_id = ANY (%(projects)s::text[])
ORDER BY b.name
LIMIT %(most)s
