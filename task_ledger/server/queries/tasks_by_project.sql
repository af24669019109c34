-- How many tasks of each status each of several projects has.
-- Returns: (project_id, status, count); no row for a status that no task has (any more).
-- Arguments: projects, an array of ids.
-- Usage: task_ledger.server.projects.
SELECT c.project_id, c.status, sum(c.tasks)::bigint
FROM task_ledger.task_count AS c
WHERE c.project_id = ANY (%(projects)s::text[])
GROUP BY c.project_id, c.status
HAVING sum(c.tasks) > 0
