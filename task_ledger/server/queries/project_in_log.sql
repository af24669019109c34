-- Whether any task was ever registered in a project: numbered in the timeline, folded, or committed
-- and still ahead of the projector; or whether an admin has named or hidden it.
-- Returns: one row, or none.
-- Arguments: project_id.
-- Usage: task_ledger.server.projects.
SELECT 1
WHERE EXISTS (SELECT FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s)
    OR EXISTS (SELECT FROM task_ledger.task_record AS r WHERE r.project_id = %(project_id)s)
    OR EXISTS (
        SELECT
        FROM task_ledger.checkpoint AS c
        JOIN task_ledger.task_event AS e ON e.shard = c.shard AND e.feed > c.cursor
        WHERE c.follower = 'projector' AND c.shard = task_ledger.shard_of(%(project_id)s)
            AND e.project_id = %(project_id)s)
    OR EXISTS (
        SELECT
        FROM task_ledger.project AS n
        WHERE n.project_id = %(project_id)s AND num_nonnulls(n.name, n.description, n.hidden_at) > 0)
