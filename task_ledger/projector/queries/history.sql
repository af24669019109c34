-- All events of several tasks.
-- Returns: an event's columns; a task's events are together, in the order of their versions.
-- Arguments: task_ids, an array.
-- Usage: task_ledger.projector.refolding.
SELECT {event:e}
FROM unnest(%(task_ids)s::uuid[]) AS wanted (task_id)
CROSS JOIN LATERAL (
    SELECT t.*
    FROM task_ledger.task_event AS t
    WHERE t.bucket = task_ledger.bucket_of(wanted.task_id) AND t.task_id = wanted.task_id
    OFFSET 0
) AS e
ORDER BY e.task_id, e.version
