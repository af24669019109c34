-- The saved views of a project.
-- Returns: (name, query, sorted_by, columns, saved_by, saved_at), by name.
-- Arguments: project_id.
-- Usage: task_ledger.eventlog.saved_views.
SELECT v.name, v.query, v.sorted_by, v.columns, v.saved_by, v.saved_at
FROM task_ledger.saved_view AS v
WHERE v.project_id = %(project_id)s
ORDER BY v.name
