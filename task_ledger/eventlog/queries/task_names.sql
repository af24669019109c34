-- The names of tasks, as their records have them.
-- Returns: task_id, task_name; no row for a task without a record.
-- Arguments: task_ids.
-- Usage: task_ledger.evidence.
SELECT r.task_id, r.task_name
FROM unnest(%(task_ids)s::uuid[]) AS wanted (task_id)
CROSS JOIN LATERAL (
    SELECT p.task_id, p.task_name
    FROM task_ledger.task_record AS p
    WHERE p.task_id = wanted.task_id
    OFFSET 0
) AS r
