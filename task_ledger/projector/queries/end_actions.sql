-- Ends actions that were stopped or have no task left; the reason stays in the events alone.
-- Returns: the ids.
-- Arguments: none.
-- Usage: task_ledger.projector.acting, after each round.
UPDATE task_ledger.action AS a
SET ended_at = clock_timestamp(), reason = NULL
WHERE a.started_at IS NOT NULL AND a.ended_at IS NULL
    AND (a.stopped_at IS NOT NULL OR NOT EXISTS (
        SELECT FROM task_ledger.action_task AS t WHERE t.action_id = a.id AND t.outcome IS NULL))
RETURNING a.id
