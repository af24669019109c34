-- Records of the read model behind which there are no events, and records that lack events which
-- the projector has numbered. Tasks of closed months that are gone as a whole, and those that it
-- could not fold, are not looked for.
-- Returns: task_id, project_id, the record's version or null, the task's last numbered version or
--          null.
-- Arguments: project_id, or null for all; task_id, or null for all.
-- Usage: task_ledger.eventlog.verify, through a server-side cursor.
SELECT task_id, coalesce(r.project_id, t.project_id), r.version, t.version
FROM task_ledger.task_record AS r
FULL JOIN (
    SELECT n.task_id, min(n.project_id) AS project_id, max(n.version) AS version
    FROM task_ledger.project_timeline AS n
    WHERE (%(project_id)s::text IS NULL OR n.project = (
            SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s::text))
        AND (%(task_id)s::uuid IS NULL OR n.task_id = %(task_id)s::uuid)
    GROUP BY n.task_id
) AS t USING (task_id)
WHERE (%(project_id)s::text IS NULL OR coalesce(r.project_id, t.project_id) = %(project_id)s::text)
    AND (%(task_id)s::uuid IS NULL OR task_id = %(task_id)s::uuid)
    AND (r.version < t.version OR r.version IS NULL
        OR NOT EXISTS (
            SELECT FROM task_ledger.task_event AS e
            WHERE e.bucket = task_ledger.bucket_of(task_id) AND e.task_id = r.task_id
                AND e.version = r.version))
    AND NOT EXISTS (
        SELECT FROM task_ledger.bucket AS b
        WHERE b.bucket = task_ledger.bucket_of(task_id) AND b.closed_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM task_ledger.task_event AS g WHERE g.bucket = b.bucket))
    AND NOT EXISTS (
        SELECT FROM task_ledger.dead_letter AS d
        WHERE d.follower = 'projector' AND d.task_id = coalesce(r.task_id, t.task_id))
