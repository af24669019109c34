-- Timeline numbers whose event is missing, or is not the one that was numbered, or which have another
-- project's id. Events of months that were closed are not looked for when the month is gone as a whole.
-- Returns: task_id, version, project_id, seq, whether there is an event at all.
-- Arguments: project_id, or null for all; task_id, or null for all.
-- Usage: task_ledger.eventlog.verify, through a server-side cursor.
SELECT t.task_id, t.version, t.project_id, t.seq, e.task_id IS NOT NULL
FROM task_ledger.project_timeline AS t
LEFT JOIN task_ledger.task_event AS e
    ON e.bucket = task_ledger.bucket_of(t.task_id) AND e.task_id = t.task_id AND e.version = t.version
LEFT JOIN task_ledger.project_head AS h ON h.project_id = t.project_id
WHERE (%(project_id)s::text IS NULL OR t.project = (
            SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s::text))
    AND (%(task_id)s::uuid IS NULL OR t.task_id = %(task_id)s::uuid)
    AND (e.project_id, e.type, e.recorded_at, e.bucket, h.id)
        IS DISTINCT FROM (t.project_id, t.type, t.recorded_at, t.bucket, t.project)
    AND NOT EXISTS (
        SELECT FROM task_ledger.bucket AS b
        WHERE b.bucket = task_ledger.bucket_of(t.task_id) AND b.closed_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM task_ledger.task_event AS g WHERE g.bucket = b.bucket))
