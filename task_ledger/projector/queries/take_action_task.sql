-- Takes one task of an action until the end of the transaction, unless somebody else has, it was done, or
-- the action was stopped.
-- Returns: (kind, terminate, actor, reason, new_task_id), or no row.
-- Arguments: action_id, task_id.
-- Usage: task_ledger.projector.acting.
SELECT a.kind, a.terminate, a.actor, a.reason, t.new_task_id
FROM task_ledger.action_task AS t
JOIN task_ledger.action AS a ON a.id = t.action_id
WHERE t.action_id = %(action_id)s AND t.task_id = %(task_id)s AND t.outcome IS NULL
    AND a.ended_at IS NULL AND a.stopped_at IS NULL
FOR UPDATE OF t SKIP LOCKED
