-- Whether a project is there: as a row of the domain, or as one that tasks were enqueued for.
-- Returns: one row, or none.
-- Arguments: project_id.
-- Usage: services.api.reach.
SELECT 1
WHERE EXISTS (SELECT FROM takeoff.project AS p WHERE p.id = %(project_id)s)
    OR EXISTS (SELECT FROM ledger.task_record AS r WHERE r.project_id = %(project_id)s)
