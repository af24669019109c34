-- Whether any task was ever registered in a project: numbered in the timeline, folded, or committed
-- and still ahead of the projector.
-- Returns: one row, or none.
-- Arguments: project_id.
-- Usage: services.server.projects.
SELECT 1
WHERE EXISTS (SELECT FROM ledger.project_timeline AS t WHERE t.project_id = %(project_id)s)
    OR EXISTS (SELECT FROM ledger.task_record AS r WHERE r.project_id = %(project_id)s)
    OR EXISTS (
        SELECT
        FROM ledger.checkpoint AS c
        JOIN ledger.task_event AS e ON e.shard = c.shard AND e.feed > c.cursor
        WHERE c.follower = 'projector' AND c.shard = ledger.shard_of(%(project_id)s)
            AND e.project_id = %(project_id)s)
