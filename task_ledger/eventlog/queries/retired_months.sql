-- What retired months held of a project.
-- Returns: month as yyyy-mm, the archive's name, when it left, the number of events, of tasks, the first and the
--          last number, the number of tasks by type and status; the oldest month first.
-- Arguments: project_id.
-- Usage: task_ledger.eventlog.retired.
SELECT p.bucket / 100 || '-' || lpad((p.bucket %% 100)::text, 2, '0'), b.archive, b.closed_at, p.events,
    p.tasks, p.first_seq, p.last_seq, p.counts
FROM task_ledger.retired_project AS p
JOIN task_ledger.bucket AS b ON b.bucket = p.bucket AND b.closed_at IS NOT NULL
WHERE p.project_id = %(project_id)s
ORDER BY p.bucket
