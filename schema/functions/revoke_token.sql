-- Revokes an active token, and with it its sessions and links.
--
-- Returns: boolean, false if no active token has this name.
-- Arguments: p_actor, who revokes it, null for the database's login; p_name.
-- Usage: POST /tokens/{id}/revoke and task-ledger token revoke. The access log gets a row. In its own
--        transaction, because of the access log.
CREATE OR REPLACE FUNCTION task_ledger.revoke_token(p_actor text, p_name text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE task_ledger.access_token AS t
    SET revoked_at = clock_timestamp(), revoked_by = coalesce(p_actor, 'login ' || session_user)
    WHERE t.name = p_name AND t.revoked_at IS NULL;
    RETURN FOUND;
END
$$;
