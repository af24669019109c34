-- Stores another dispatch of the attempt that a task waits for, from its stored message. An extra
-- dispatch is harmless, because only one delivery can claim the attempt.
--
-- Returns: boolean, whether a dispatch was stored; false if the task does not wait for that attempt (any
--          more), waits for other tasks or has no message, or if the outbox already has the dispatch.
-- Arguments: p_task_id; p_attempt, the attempt that is to start.
-- Usage: task_ledger.projector.redispatch.
CREATE OR REPLACE FUNCTION task_ledger.dispatch_again(p_task_id uuid, p_attempt integer)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
    IF p_task_id IS NULL OR p_attempt IS NULL THEN
        RAISE EXCEPTION 'task_id and attempt must be given' USING ERRCODE = 'TL004';
    END IF;
    INSERT INTO task_ledger.outbox (message_id, task_id, attempt, due_at, try_at)
    SELECT m.id, p_task_id, p_attempt, clock_timestamp(), clock_timestamp()
    FROM task_ledger.last_event(p_task_id) AS t
    JOIN task_ledger.message AS m ON m.task_id = p_task_id
    WHERE t.state IN ('registered', 'retrying') AND t.attempt + 1 = p_attempt
        AND coalesce(t.due_at, '-infinity') <= clock_timestamp()
        AND NOT EXISTS (SELECT FROM task_ledger.next_step AS s WHERE s.task_id = p_task_id)
        AND NOT EXISTS (
            SELECT FROM task_ledger.outbox AS o
            -- By the index: a dispatch that is due is put off by five minutes at most.
            WHERE o.try_at < clock_timestamp() + interval '6 min'
                AND o.task_id = p_task_id AND o.attempt = p_attempt)
        AND NOT EXISTS (
            SELECT FROM task_ledger.outbox AS o WHERE o.held IS NOT NULL AND o.task_id = p_task_id);
    RETURN FOUND;
END
$$;
