-- The projects that have a task in the read model.
-- Returns: project_id, sorted.
-- Arguments: none.
-- Usage: task_ledger.eventlog.task_list.projects.
SELECT DISTINCT c.project_id
FROM task_ledger.task_count AS c
WHERE c.tasks > 0
ORDER BY c.project_id
