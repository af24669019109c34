-- Events that the projector has passed and that have no number in their project's timeline.
-- Returns: task_id, version, project_id.
-- Arguments: project_id, or null for all; task_id, or null for all.
-- Usage: task_ledger.eventlog.verify, through a server-side cursor.
SELECT e.task_id, e.version, e.project_id
FROM task_ledger.task_event AS e
JOIN task_ledger.checkpoint AS c
    ON c.follower = 'projector' AND c.shard = e.shard AND e.feed <= c.cursor
LEFT JOIN task_ledger.project_timeline AS t 
    ON t.bucket = e.bucket AND t.task_id = e.task_id AND t.version = e.version
WHERE t.task_id IS NULL
    AND (%(project_id)s::text IS NULL
        OR e.project_id = %(project_id)s::text AND e.shard = task_ledger.shard_of(%(project_id)s::text))
    AND (%(task_id)s::uuid IS NULL OR e.task_id = %(task_id)s::uuid)
    AND NOT EXISTS (
        SELECT FROM jsonb_array_elements(c.gaps || c.old_gaps) AS h
        WHERE e.feed BETWEEN (h ->> 0)::bigint AND (h ->> 1)::bigint)
