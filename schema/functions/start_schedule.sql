-- Requests an immediate start of a schedule's entry; a beat starts it within a few seconds. Recorded in
-- the access log, with the entry's name as its detail.
--
-- Returns: boolean, false if there is no such entry, or an earlier request is still pending. Raises
--          TL004: the actor is empty, too long, or reserved for a part of the ledger.
-- Arguments: p_name, of the entry; p_actor, 1 to 200 bytes, also the task's actor.
-- Usage: POST /schedules/{name}/start, task-ledger schedules --start. In its own transaction, because of
--        the access log.
CREATE OR REPLACE FUNCTION task_ledger.start_schedule(p_name text, p_actor text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_project text;
BEGIN
    PERFORM task_ledger.check_asker(p_actor);
    IF (octet_length(p_actor) BETWEEN 1 AND 200) IS NOT TRUE THEN
        RAISE EXCEPTION 'who starts a schedule has a name of 1 to 200 bytes' USING ERRCODE = 'TL004';
    END IF;
    UPDATE task_ledger.beat_entry AS b SET asked_by = p_actor, asked_at = clock_timestamp()
    WHERE b.name = p_name AND b.asked_by IS NULL
    RETURNING b.project_id INTO v_project;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM task_ledger.record_access(p_actor, 'schedule_started', v_project, NULL, left(p_name, 500));
    RETURN true;
END
$$;
