-- The projects of a month.
-- Returns: project_id, the number of its events, of its tasks, the first and the last number, and the
--          number of tasks by type and status.
-- Arguments: bucket.
-- Usage: task_ledger.archive.writing, after task_ledger.prepare_retirement.
SELECT p.project_id, p.events, p.tasks, p.first_seq, p.last_seq, p.counts
FROM task_ledger.retired_project AS p
WHERE p.bucket = %(bucket)s
