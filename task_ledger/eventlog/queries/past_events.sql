-- The events of some tasks that were recorded up to a time.
-- Returns: an event's columns, by task and version.
-- Arguments: task_ids, each of them once; at, the time.
-- Usage: task_ledger.eventlog.past_tasks. OFFSET 0 keeps each look-up in the primary key of its partition.
SELECT {event:e}
FROM unnest(%(task_ids)s::uuid[]) AS wanted (task_id)
CROSS JOIN LATERAL (
    SELECT o.*
    FROM task_ledger.task_event AS o
    WHERE o.bucket = task_ledger.bucket_of(wanted.task_id) AND o.task_id = wanted.task_id
        AND o.recorded_at <= %(at)s::timestamptz
    OFFSET 0
) AS e
ORDER BY e.task_id, e.version
