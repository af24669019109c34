-- Whether the list of projects has a project of the log: it has tasks in the read model, or an admin has named or
-- hidden it.
-- Returns: one row, or none.
-- Arguments: project_id.
-- Usage: task_ledger.server.projects.
SELECT 1
WHERE EXISTS (SELECT FROM task_ledger.task_count AS c WHERE c.project_id = %(project_id)s)
    OR EXISTS (
        SELECT
        FROM task_ledger.project AS n
        WHERE n.project_id = %(project_id)s AND num_nonnulls(n.name, n.description, n.hidden_at) > 0)
