-- Gives an active token a new secret. The old one opens nothing from then on, and the token's sessions and
-- unused links end.
--
-- Returns: boolean, false if no active token has this name.
-- Arguments: p_actor, who rotates it, null for the database's login; p_name; p_hash, sha256 of the new
--            secret.
-- Usage: POST /tokens/{id}/rotate and task-ledger token rotate. The access log gets a row. In its own
--        transaction, because of the access log.
CREATE OR REPLACE FUNCTION task_ledger.rotate_token(p_actor text, p_name text, p_hash bytea)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_id uuid;
BEGIN
    SELECT t.id INTO v_id FROM task_ledger.access_token AS t
    WHERE t.name = p_name
        AND t.revoked_at IS NULL
        AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
    FOR UPDATE;
    IF v_id IS NULL THEN
        RETURN false;
    END IF;
    -- Waits for who is signing in or out, before the access log is locked, for which they wait. The statements
    -- below see what they did; who comes later waits here, and finds the secret or the link ended.
    PERFORM FROM task_ledger.web_session AS s
    WHERE s.token_id = v_id AND (s.cookie_hash IS NOT NULL OR s.signed_in_at IS NULL)
    FOR UPDATE;
    UPDATE task_ledger.access_token AS t
    SET hash = p_hash, rotated_at = clock_timestamp(), rotated_by = coalesce(p_actor, 'login ' || session_user)
    WHERE t.id = v_id;
    UPDATE task_ledger.web_session AS s SET cookie_hash = NULL
    WHERE s.token_id = v_id AND s.cookie_hash IS NOT NULL;
    UPDATE task_ledger.web_session AS s SET link_expires = clock_timestamp()
    WHERE s.token_id = v_id AND s.signed_in_at IS NULL;
    RETURN true;
END
$$;
