-- How many tasks of each status each of several projects has.
-- Returns: (project_id, status, count).
-- Arguments: projects, an array of ids.
-- Usage: services.api.routes.projects.
SELECT r.project_id, r.status, count(*)
FROM ledger.task_record AS r
WHERE r.project_id = ANY (%(projects)s::text[])
GROUP BY r.project_id, r.status
