-- The tasks of a tree by status, of the first ones only if there are more than `most`.
-- Returns: (status, tasks).
-- Arguments: root_id; project_id; most.
-- Usage: task_ledger.eventlog.tree.
SELECT s.status, count(*)
FROM (
    SELECT r.status FROM task_ledger.task_record AS r
    WHERE r.task_id = %(root_id)s AND r.project_id = %(project_id)s
    UNION ALL
    (SELECT r.status FROM task_ledger.task_record AS r
     WHERE r.root_id = %(root_id)s AND r.project_id = %(project_id)s
     ORDER BY r.created_at, r.task_id LIMIT %(most)s)) AS s
GROUP BY s.status
