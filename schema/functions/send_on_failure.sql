-- Stores an error callback: an untracked message that is sent if a task ends in FAILURE, in the
-- transaction of that end. It is not sent for a task that was cancelled.
--
-- Returns: nothing.
-- Arguments: p_task_id, registered in the same transaction; p_on_upstream, whether to send it also
--            if the task fails because a task before it failed; p_message and p_body as of
--            task_ledger.store_message.
-- Usage: task_ledger.enqueue, for each link_error.
CREATE OR REPLACE FUNCTION task_ledger.send_on_failure(
    p_task_id uuid, p_on_upstream boolean, p_message json, p_body bytea
)
RETURNS void
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF p_task_id IS NULL THEN
        RAISE EXCEPTION 'task_id is missing' USING ERRCODE = 'TL004';
    END IF;
    INSERT INTO task_ledger.next_step (after, message_id, on_upstream)
    VALUES (p_task_id, task_ledger.store_message(NULL, NULL, NULL, p_message, p_body), p_on_upstream);
END
$$;
