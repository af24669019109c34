-- Resumes a queue that task_ledger.pause_queue has paused; the relay then publishes the held messages.
-- Recorded in the access log, like a pause.
--
-- Returns: boolean, false if it was not paused; then nothing is changed. Raises TL004, as
--          task_ledger.pause_queue.
-- Arguments: those of task_ledger.pause_queue.
-- Usage: POST /queues/{queue}/resume, task-ledger queues --resume. In its own transaction.
CREATE OR REPLACE FUNCTION task_ledger.resume_queue(p_queue text, p_actor text, p_reason text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
    PERFORM task_ledger.check_pause(p_queue, p_actor, p_reason);
    DELETE FROM task_ledger.queue_pause AS p WHERE p.queue = p_queue;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM task_ledger.record_access(p_actor, 'queue_resumed', NULL, NULL, p_queue || ': ' || p_reason);
    RETURN true;
END
$$;
