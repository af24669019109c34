-- Deletes drafts that nobody started within an hour, and actions that ended 30 days ago.
-- Returns: nothing.
-- Arguments: none.
-- Usage: task_ledger.projector.acting, once a minute.
WITH old AS (
    DELETE FROM task_ledger.action AS a
    WHERE a.started_at IS NULL AND a.drafted_at < now() - interval '1 h'
        OR a.ended_at < now() - interval '30 days'
    RETURNING a.id
)
DELETE FROM task_ledger.action_task AS t USING old AS o WHERE t.action_id = o.id
