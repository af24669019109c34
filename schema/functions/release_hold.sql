-- Releases a legal hold, and records it in the access log.
--
-- Returns: boolean, false if there is no such hold or it was released before.
-- Arguments: p_id; p_actor; p_reason, 1 to 1,000 bytes.
-- Usage: task-ledger archive release, as the owner.
CREATE OR REPLACE FUNCTION task_ledger.release_hold(p_id bigint, p_actor text, p_reason text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET lock_timeout = '5s'
AS $$
DECLARE
    v_hold task_ledger.legal_hold;
BEGIN
    IF (octet_length(p_actor) BETWEEN 1 AND 200 AND octet_length(p_reason) BETWEEN 1 AND 1000
        AND btrim(p_reason) <> '') IS NOT TRUE THEN
        RAISE EXCEPTION 'a release has an actor of 1 to 200 bytes and a reason of 1 to 1000' USING ERRCODE = 'TL004';
    END IF;
    UPDATE task_ledger.legal_hold AS h
    SET released_at = clock_timestamp(), released_by = p_actor, release_reason = p_reason
    WHERE h.id = p_id AND h.released_at IS NULL RETURNING h.* INTO v_hold;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM task_ledger.record_access(
        p_actor, 'hold_released', v_hold.project_id, NULL, format('hold %s: %s', p_id, p_reason));
    RETURN true;
END
$$;
