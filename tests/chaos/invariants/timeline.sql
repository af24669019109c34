-- A project's timeline counts 1, 2, 3 …, has every event once, a task's in their order, and
-- nothing else.
SELECT NULL::uuid, format('the timeline of %s has %s numbers from %s to %s',
    t.project_id, count(*), min(t.seq), max(t.seq))
FROM task_ledger.project_timeline AS t
GROUP BY t.project_id
HAVING min(t.seq) <> 1 OR max(t.seq) <> count(*)
UNION ALL
SELECT e.task_id, format('version %s stands %s times in the timeline', e.version, count(t.seq))
FROM task_ledger.task_event AS e
LEFT JOIN task_ledger.project_timeline AS t
    ON t.task_id = e.task_id AND t.version = e.version AND t.project_id = e.project_id
    AND t.type = e.type AND t.recorded_at = e.recorded_at
GROUP BY e.task_id, e.version
HAVING count(t.seq) <> 1
UNION ALL
SELECT t.task_id, format('number %s of %s is of no event', t.seq, t.project_id)
FROM task_ledger.project_timeline AS t
WHERE NOT EXISTS (SELECT FROM task_ledger.task_event AS e
                  WHERE e.task_id = t.task_id AND e.version = t.version)
UNION ALL
SELECT t.task_id, format('version %s stands before version %s in the timeline', t.version, t.earlier)
FROM (
    SELECT t.*, lag(t.version) OVER (PARTITION BY t.task_id ORDER BY t.seq) AS earlier
    FROM task_ledger.project_timeline AS t
) AS t
WHERE t.version < t.earlier
