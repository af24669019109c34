-- The number of tasks by type and status.
-- Returns: (task_type, status, tasks).
-- Arguments: none.
-- Usage: task_ledger.metrics.gauges.
SELECT c.task_type, c.status, sum(c.tasks)::bigint
FROM task_ledger.task_count AS c
GROUP BY c.task_type, c.status
HAVING sum(c.tasks) <> 0
