-- Records that a group of failures was handled, up to the last failure that the actor has seen.
--
-- Returns: boolean, whether there is such a group; if not, nothing is recorded. Raises TL004: no actor,
--          or actor or comment too long.
-- Arguments: p_project_id, p_fingerprint, of the group; p_actor, 1 to 200 bytes; p_comment, 1 to 2000
--            characters, or null; p_up_to, the group's last_at as seen by the actor: a later failure
--            keeps the group open.
-- Usage: POST /projects/{id}/failures/{fingerprint}/handled, task-ledger failures --handled.
CREATE OR REPLACE FUNCTION task_ledger.handle_failure(
    p_project_id text, p_fingerprint text, p_actor text, p_comment text, p_up_to timestamptz
)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_to timestamptz;
BEGIN
    PERFORM task_ledger.check_asker(p_actor);
    IF (octet_length(p_actor) BETWEEN 1 AND 200) IS NOT TRUE THEN
        RAISE EXCEPTION 'who handles failures has a name of 1 to 200 bytes' USING ERRCODE = 'TL004';
    END IF;
    IF char_length(p_comment) NOT BETWEEN 1 AND 2000 THEN
        RAISE EXCEPTION 'a comment has 1 to 2000 characters' USING ERRCODE = 'TL004';
    END IF;
    UPDATE task_ledger.failure_group AS g
    SET handled_to = greatest(g.handled_to, least(p_up_to, g.last_at))
    WHERE g.project_id = p_project_id AND g.fingerprint = p_fingerprint
    RETURNING least(p_up_to, g.last_at) INTO v_to;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO task_ledger.failure_handling (project_id, fingerprint, at, actor, comment, up_to)
    VALUES (p_project_id, p_fingerprint, clock_timestamp(), p_actor, p_comment, v_to);
    RETURN true;
END
$$;
