-- How many tasks of each status each of several projects has.
-- Returns: (project_id, status, count); a status that no task has (any more) may have no row, or 0.
-- Arguments: projects, an array of ids.
-- Usage: services.api.routes.projects.
SELECT c.project_id, c.status, sum(c.tasks)::bigint
FROM ledger.task_count AS c
WHERE c.project_id = ANY (%(projects)s::text[])
GROUP BY c.project_id, c.status
