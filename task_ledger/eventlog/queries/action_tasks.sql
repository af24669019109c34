-- The first tasks of an action.
-- Returns: (task_id, new_task_id, outcome, detail).
-- Arguments: id; refused, whether only those that nothing was done with; limit.
-- Usage: task_ledger.eventlog.actions.read_action_tasks.
SELECT t.task_id, t.new_task_id, t.outcome, t.detail
FROM task_ledger.action_task AS t
WHERE t.action_id = %(id)s AND (NOT %(refused)s::boolean OR t.outcome <> 'done')
ORDER BY t.position
LIMIT %(limit)s
