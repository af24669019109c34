-- Of each task that has events in a stretch of a timeline and earlier ones, the last one before it.
-- Returns: task_id, version, digest.
-- Arguments: project_id; first and last, the numbers of the stretch.
-- Usage: task_ledger.eventlog.period.
SELECT t.task_id, t.version - 1, e.digest
FROM (
    SELECT n.task_id, min(n.version) AS version
    FROM task_ledger.project_timeline AS n
    WHERE n.project = (SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s)
        AND n.seq BETWEEN %(first)s AND %(last)s
    GROUP BY n.task_id
    HAVING min(n.version) > 1
) AS t
CROSS JOIN LATERAL (
    SELECT p.digest
    FROM task_ledger.task_event AS p
    WHERE p.bucket = task_ledger.bucket_of(t.task_id) AND p.task_id = t.task_id
        AND p.version = t.version - 1
    OFFSET 0
) AS e
