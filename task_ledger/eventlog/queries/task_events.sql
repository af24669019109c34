-- The events of a task, in order.
-- Returns: an event's columns.
-- Arguments: task_id; after, the version to continue behind (0 for the beginning);
--            up_to, the last version wanted, or null; as_of, a time: events recorded up to then,
--            or null; limit.
-- Usage: task_ledger.eventlog.read.read_events.
SELECT {event:e}
FROM task_ledger.task_event AS e
WHERE e.bucket = task_ledger.bucket_of(%(task_id)s) AND e.task_id = %(task_id)s
    AND e.version > %(after)s
    AND (%(up_to)s::integer IS NULL OR e.version <= %(up_to)s::integer)
    AND (%(as_of)s::timestamptz IS NULL OR e.recorded_at <= %(as_of)s::timestamptz)
ORDER BY e.version
LIMIT %(limit)s
