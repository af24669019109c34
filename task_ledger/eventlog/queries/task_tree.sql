-- A task's tree: the first task of its line, and the first of those that descend from it or follow it.
-- Returns: (record), the first task first, then in the order of creation; only tasks of the project.
-- Arguments: root_id; project_id; limit.
-- Usage: task_ledger.eventlog.tree. Reads task_record_by_root, and at most limit + 1 records.
SELECT to_json(r) FROM task_ledger.task_record AS r
WHERE r.task_id = %(root_id)s AND r.project_id = %(project_id)s
UNION ALL
SELECT below.record FROM (
    SELECT to_json(r) AS record FROM task_ledger.task_record AS r
    WHERE r.root_id = %(root_id)s AND r.project_id = %(project_id)s
    ORDER BY r.created_at, r.task_id LIMIT %(limit)s) AS below
