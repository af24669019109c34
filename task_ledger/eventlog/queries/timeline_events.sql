-- Every numbered event of a project or of one of its tasks, in the order of its timeline. The first
-- rows come at once: nothing is sorted but the numbers of one task.
-- Returns: seq, and an event's columns.
-- Arguments: those of {numbers}, which stands for timeline_of_project.sql or timeline_of_tasks.sql.
-- Usage: task_ledger.eventlog.timeline.stream_numbered, through a server-side cursor.
SELECT t.seq, {event:e}
FROM (
    {numbers}
) AS t
CROSS JOIN LATERAL (
    SELECT p.*
    FROM task_ledger.task_event AS p
    WHERE p.bucket = task_ledger.bucket_of(t.task_id) AND p.task_id = t.task_id
        AND p.version = t.version
    OFFSET 0
) AS e
ORDER BY t.seq
