-- A project's events of a month, in the order of its timeline.
-- Returns: seq, and an event's columns.
-- Arguments: bucket; project_id.
-- Usage: task_ledger.archive.writing, through a server-side cursor.
SELECT t.seq, {event:e}
FROM task_ledger.project_timeline AS t
CROSS JOIN LATERAL (
    SELECT p.*
    FROM task_ledger.task_event AS p
    WHERE p.bucket = %(bucket)s AND p.task_id = t.task_id AND p.version = t.version
    OFFSET 0
) AS e
WHERE t.bucket = %(bucket)s AND t.project = (SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s)
ORDER BY t.seq
