-- Tracebacks that are not those of their events, and events whose traceback is gone. Those of
-- closed partitions are not looked for.
-- Returns: task_id, version, project_id or null, whether there is a traceback.
-- Arguments: project_id, or null for all; task_id, or null for all.
-- Usage: task_ledger.eventlog.verify, as the auditor, through a server-side cursor.
SELECT task_id, version, e.project_id, t.sha256 IS NOT NULL
FROM (
    SELECT o.task_id, o.version, o.project_id,
           coalesce(o.private -> 'error' ->> 'traceback_sha256',
                    o.data -> 'error' ->> 'traceback_sha256') AS sha256
    FROM task_ledger.task_event AS o
    WHERE o.type IN ('failed', 'retrying')
        AND (%(task_id)s::uuid IS NULL OR o.task_id = %(task_id)s::uuid)
) AS e
FULL JOIN task_ledger.traceback_hashes(%(task_id)s::uuid) AS t USING (task_id, version)
WHERE e.sha256 IS DISTINCT FROM t.sha256
    AND (%(project_id)s::text IS NULL OR e.project_id = %(project_id)s::text)
    AND (%(task_id)s::uuid IS NULL OR task_id = %(task_id)s::uuid)
    AND NOT EXISTS (
        SELECT FROM task_ledger.bucket AS b
        WHERE b.bucket = task_ledger.bucket_of(task_id) AND b.closed_at IS NOT NULL)
