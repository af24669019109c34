-- Groups of failures of all projects, behind a place in their order.
-- Returns: rows of task_ledger.failure_group.
-- Arguments: those of failure_groups.sql.
-- Usage: {groups} in failure_groups.sql.
SELECT g.*
FROM task_ledger.failure_group AS g
WHERE {state} AND (g.last_at, g.project_id, g.fingerprint)
    < (%(last_at)s::timestamptz, %(last_project)s::text, %(last_fingerprint)s::text)
