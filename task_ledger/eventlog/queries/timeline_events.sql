-- Every numbered event of a project or of one of its tasks, in the order of its timeline.
-- Returns: an event's columns.
-- Arguments: project_id; task_id: null for every task.
-- Usage: task_ledger.eventlog.timeline.stream_timeline, through a server-side cursor.
SELECT {event:e}
FROM task_ledger.project_timeline AS t
JOIN task_ledger.task_event AS e
    ON e.bucket = task_ledger.bucket_of(t.task_id) AND e.task_id = t.task_id AND e.version = t.version
WHERE t.project_id = %(project_id)s
    AND (%(task_id)s::uuid IS NULL OR t.task_id = %(task_id)s::uuid)
ORDER BY t.seq
