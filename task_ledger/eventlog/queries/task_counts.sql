-- How many of the reached projects' tasks have each status, from the counts that are kept.
-- Returns: (status, count); a status that no task has (any more) may have no row, or 0.
-- Arguments: project_id or projects; task_types, null for any. {project} stands for the condition
--            that names them: it is true for all projects.
-- Usage: task_ledger.eventlog.task_list.count_by_status, where no other filter asks for the records.
SELECT r.status, sum(r.tasks)::bigint
FROM task_ledger.task_count AS r
WHERE {project}
    AND (%(task_types)s::text[] IS NULL OR r.task_type = ANY (%(task_types)s::text[]))
GROUP BY r.status
