-- New entries after a cursor in each of several timelines, in order.
-- Returns: seq, the task's type and name, then an event's columns.
-- Arguments: projects and cursors, arrays of the same length; limit, per project.
-- Usage: task_ledger.eventlog.timeline.read_new.
SELECT t.seq, r.task_type, r.task_name, {event:e}
FROM unnest(%(projects)s::text[], %(cursors)s::bigint[]) AS wanted (project_id, cursor)
-- A project without anything new costs this look-up, and none in each partition.
JOIN task_ledger.project_head AS h ON h.project_id = wanted.project_id AND h.seq > wanted.cursor
CROSS JOIN LATERAL (
    SELECT n.seq, n.task_id, n.version
    FROM task_ledger.project_timeline AS n
    WHERE n.project = h.id AND n.seq > wanted.cursor
    ORDER BY n.seq
    LIMIT %(limit)s
) AS t
CROSS JOIN LATERAL (
    SELECT p.*
    FROM task_ledger.task_event AS p
    WHERE p.bucket = task_ledger.bucket_of(t.task_id) AND p.task_id = t.task_id
        AND p.version = t.version
    OFFSET 0
) AS e
LEFT JOIN LATERAL (
    SELECT p.task_type, p.task_name
    FROM task_ledger.task_record AS p
    WHERE p.task_id = t.task_id
    OFFSET 0
) AS r ON true
ORDER BY wanted.project_id, t.seq
