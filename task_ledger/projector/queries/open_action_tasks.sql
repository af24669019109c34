-- What started actions still have to do: of each action, its first tasks, so that a large action does not hold
-- up a small one.
-- Returns: (action_id, task_id); task_id is null for an action that has none left or was stopped.
-- Arguments: limit, of each action.
-- Usage: task_ledger.projector.acting; locks nothing.
SELECT a.id, t.task_id
FROM task_ledger.action AS a
LEFT JOIN LATERAL (
    SELECT o.task_id, o.position FROM task_ledger.action_task AS o
    WHERE o.action_id = a.id AND o.outcome IS NULL
    ORDER BY o.position LIMIT %(limit)s) AS t ON a.stopped_at IS NULL
WHERE a.started_at IS NOT NULL AND a.ended_at IS NULL
ORDER BY t.position, a.started_at
