-- How many of a project's tasks have each status, from the counts that are kept.
-- Returns: (status, count); a status that no task has (any more) may have no row, or 0.
-- Arguments: project_id; task_types, null for any.
-- Usage: task_ledger.eventlog.task_list.count_by_status, where no other filter asks for the records.
SELECT c.status, sum(c.tasks)::bigint
FROM task_ledger.task_count AS c
WHERE c.project_id = %(project_id)s
    AND (%(task_types)s::text[] IS NULL OR c.task_type = ANY (%(task_types)s::text[]))
GROUP BY c.status
