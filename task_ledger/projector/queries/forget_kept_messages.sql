-- Deletes the messages of ended tasks that were kept for long enough.
-- Returns: nothing.
-- Arguments: limit.
-- Usage: task_ledger.projector.acting, once a minute.
DELETE FROM task_ledger.message AS m
WHERE m.id = ANY (ARRAY(
    SELECT f.id FROM task_ledger.message AS f
    WHERE f.forget_at <= now()
    ORDER BY f.forget_at LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED))
