-- Pauses a queue: the relay publishes nothing to it until it is resumed. Recorded in the access log with
-- the actor; the detail is queue and reason.
--
-- Returns: boolean, false if it was already paused; then nothing is changed. Raises TL004: an argument is
--          empty or too long, or p_actor is reserved for a part of the ledger.
-- Arguments: p_queue, 1 to 500 bytes; p_actor, 1 to 200 bytes; p_reason, 1 to 500 characters.
-- Usage: POST /queues/{queue}/pause, task-ledger queues --pause. In its own transaction, because of the
--        access log.
CREATE OR REPLACE FUNCTION task_ledger.pause_queue(p_queue text, p_actor text, p_reason text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
    PERFORM task_ledger.check_pause(p_queue, p_actor, p_reason);
    INSERT INTO task_ledger.queue_pause (queue, paused_by, reason) VALUES (p_queue, p_actor, p_reason)
    ON CONFLICT (queue) DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM task_ledger.record_access(p_actor, 'queue_paused', NULL, NULL, p_queue || ': ' || p_reason);
    RETURN true;
END
$$;
