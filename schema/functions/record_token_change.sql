-- Records in the access log that a token was created, revoked or otherwise changed, by any program.
--
-- Returns: trigger; the row is unchanged.
-- Arguments: none (a trigger function).
-- Usage: trigger on access_token. The actor is the database's login.
CREATE OR REPLACE FUNCTION task_ledger.record_token_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM task_ledger.record_access(
        'login ' || session_user,
        CASE WHEN TG_OP = 'INSERT' THEN 'token_created' ELSE 'token_revoked' END,
        NULL, NULL,
        NEW.name || ', ' || NEW.role);
    RETURN NULL;
END
$$;
