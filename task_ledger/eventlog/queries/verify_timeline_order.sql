-- Tasks whose events are not in the order of their versions in their project's timeline: the first
-- number of each at which a version does not follow the one before.
-- Returns: task_id, version, project_id, seq, the version before.
-- Arguments: project_id, or null for all; task_id, or null for all.
-- Usage: task_ledger.eventlog.verify, through a server-side cursor.
SELECT DISTINCT ON (n.task_id) n.task_id, n.version, n.project_id, n.seq, n.before
FROM (
    SELECT t.task_id, t.version, t.project_id, t.seq,
        lag(t.version) OVER (PARTITION BY t.project_id, t.task_id ORDER BY t.seq) AS before
    FROM task_ledger.project_timeline AS t
    WHERE (%(project_id)s::text IS NULL OR t.project = (
            SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s::text))
        AND (%(task_id)s::uuid IS NULL OR t.task_id = %(task_id)s::uuid)
) AS n
WHERE n.version <= n.before
ORDER BY n.task_id, n.seq
