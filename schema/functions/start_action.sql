-- Starts a drafted action; the projector carries it out.
--
-- Returns: boolean, false if the action does not exist or was already started. Raises TL004: no actor.
-- Arguments: p_id; p_actor and p_reason, of each event: the reason, or the comment, has 1 to 2000
--            characters, or is null.
-- Usage: POST /actions/{id}/start.
CREATE OR REPLACE FUNCTION task_ledger.start_action(p_id uuid, p_actor text, p_reason text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_kind text;
BEGIN
    PERFORM task_ledger.check_asker(p_actor);
    IF (octet_length(p_actor) BETWEEN 1 AND 200) IS NOT TRUE THEN
        RAISE EXCEPTION 'who acts on tasks has a name of 1 to 200 bytes' USING ERRCODE = 'TL004';
    END IF;
    IF char_length(p_reason) NOT BETWEEN 1 AND 2000 THEN
        RAISE EXCEPTION 'a reason or comment has 1 to 2000 characters' USING ERRCODE = 'TL004';
    END IF;
    UPDATE task_ledger.action AS a SET started_at = clock_timestamp(), actor = p_actor, reason = p_reason
    WHERE a.id = p_id AND a.started_at IS NULL
    RETURNING a.kind INTO v_kind;
    IF FOUND AND v_kind = 'comment' AND p_reason IS NULL THEN
        RAISE EXCEPTION 'a comment has 1 to 2000 characters' USING ERRCODE = 'TL004';
    END IF;
    RETURN v_kind IS NOT NULL;
END
$$;
