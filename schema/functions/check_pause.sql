-- Refuses a pause, or its end, without a queue, an actor or a reason. Not granted to any role.
--
-- Returns: nothing; raises TL004.
-- Arguments: those of task_ledger.pause_queue.
-- Usage: task_ledger.pause_queue, task_ledger.resume_queue.
CREATE OR REPLACE FUNCTION task_ledger.check_pause(p_queue text, p_actor text, p_reason text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    PERFORM task_ledger.check_asker(p_actor);
    IF (octet_length(p_actor) BETWEEN 1 AND 200) IS NOT TRUE THEN
        RAISE EXCEPTION 'who pauses a queue has a name of 1 to 200 bytes' USING ERRCODE = 'TL004';
    END IF;
    IF (octet_length(p_queue) BETWEEN 1 AND 500) IS NOT TRUE THEN
        RAISE EXCEPTION 'the name of a queue has 1 to 500 bytes' USING ERRCODE = 'TL004';
    END IF;
    IF (char_length(p_reason) BETWEEN 1 AND 500) IS NOT TRUE THEN
        RAISE EXCEPTION 'a reason has 1 to 500 characters' USING ERRCODE = 'TL004';
    END IF;
    -- With two more, they are the detail of a row in the access log.
    IF octet_length(p_queue) + octet_length(p_reason) > 1998 THEN
        RAISE EXCEPTION 'the name of a queue and a reason have up to 1998 bytes together' USING ERRCODE = 'TL004';
    END IF;
END
$$;
