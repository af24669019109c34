-- Records in the access log that a token was created, rotated, revoked or otherwise changed, by any program.
--
-- Returns: trigger; the row is unchanged.
-- Arguments: none (a trigger function).
-- Usage: trigger on access_token. The actor is who asked for it, and then the detail has the database's
--        login too; otherwise it is that login.
CREATE OR REPLACE FUNCTION task_ledger.record_token_change()
RETURNS trigger
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_login text := 'login ' || session_user;
    v_actor text := v_login;
BEGIN
    IF TG_OP = 'INSERT' THEN
        v_actor := NEW.created_by;
    ELSIF NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        v_actor := coalesce(NEW.revoked_by, v_login);
    ELSIF NEW.rotated_at IS DISTINCT FROM OLD.rotated_at THEN
        v_actor := coalesce(NEW.rotated_by, v_login);
    END IF;
    PERFORM task_ledger.record_access(
        v_actor,
        CASE WHEN TG_OP = 'INSERT' THEN 'token_created'
             WHEN NEW.hash <> OLD.hash THEN 'token_rotated'
             ELSE 'token_revoked' END,
        NULL, NULL,
        NEW.name || ', ' || NEW.role || CASE WHEN v_actor = v_login THEN '' ELSE ', through ' || v_login END);
    RETURN NULL;
END
$$;
