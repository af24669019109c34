-- A task by its id: its record, and the events that the record does not include yet. One statement
-- and so one snapshot: the fold is the task at one moment, with everything committed before.
-- Returns: the record's columns, then an event's; one row without an event when the record is
--          up to date, none for an unknown task.
-- Arguments: task_id.
-- Usage: task_ledger.eventlog.read.read_task.
SELECT to_json(r) AS record, {event:e}
FROM (SELECT 1) AS one
LEFT JOIN task_ledger.task_record AS r ON r.task_id = %(task_id)s
LEFT JOIN task_ledger.task_event AS e
    ON e.bucket = task_ledger.bucket_of(%(task_id)s) AND e.task_id = %(task_id)s
    AND e.version > coalesce(r.version, 0)
WHERE r.task_id IS NOT NULL OR e.task_id IS NOT NULL
ORDER BY e.version
