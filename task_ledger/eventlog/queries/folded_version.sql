-- How far a task has been folded.
-- Returns: the record's version; no row for a task that has not been folded, or is not of the project.
-- Arguments: project_id, task_id.
-- Usage: task_ledger.eventlog.task_list.folded_version.
SELECT r.version
FROM task_ledger.task_record AS r
WHERE r.task_id = %(task_id)s AND r.project_id = %(project_id)s
