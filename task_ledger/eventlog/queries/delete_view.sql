-- Deletes a saved view.
-- Returns: one row; none if there was no view of this name.
-- Arguments: project_id, name.
-- Usage: task_ledger.eventlog.saved_views.
DELETE FROM task_ledger.saved_view AS v
WHERE v.project_id = %(project_id)s AND v.name = %(name)s
RETURNING v.name
