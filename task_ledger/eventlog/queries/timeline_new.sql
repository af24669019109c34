-- What came behind a cursor in each of several timelines, in their order.
-- Returns: seq, the task's type and name, then an event's columns.
-- Arguments: projects and cursors, arrays of the same length; limit, per project.
-- Usage: task_ledger.eventlog.timeline.read_new.
SELECT t.seq, r.task_type, r.task_name, {event:e}
FROM unnest(%(projects)s::text[], %(cursors)s::bigint[]) AS wanted (project_id, cursor)
CROSS JOIN LATERAL (
    SELECT n.seq, n.task_id, n.version
    FROM task_ledger.project_timeline AS n
    WHERE n.project_id = wanted.project_id AND n.seq > wanted.cursor
    ORDER BY n.seq
    LIMIT %(limit)s
) AS t
JOIN task_ledger.task_event AS e
    ON e.bucket = task_ledger.bucket_of(t.task_id) AND e.task_id = t.task_id AND e.version = t.version
LEFT JOIN task_ledger.task_record AS r ON r.task_id = t.task_id
ORDER BY wanted.project_id, t.seq
