-- Groups of failures of some projects, behind a place in their order: of each, as many as fit a page.
-- Returns: rows of task_ledger.failure_group.
-- Arguments: those of failure_groups.sql.
-- Usage: {groups} in failure_groups.sql.
SELECT n.*
FROM unnest(%(projects)s::text[]) AS p (project_id)
CROSS JOIN LATERAL (
    SELECT g.*
    FROM task_ledger.failure_group AS g
    WHERE g.project_id = p.project_id AND {state} AND g.last_at <= %(last_at)s::timestamptz
        AND (g.last_at, g.project_id, g.fingerprint)
            < (%(last_at)s::timestamptz, %(last_project)s::text, %(last_fingerprint)s::text)
    ORDER BY g.last_at DESC, g.fingerprint DESC
    LIMIT %(limit)s
) AS n
