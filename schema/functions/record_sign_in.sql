-- Records in the access log that a sign-in link was created or used, or that a session was opened otherwise
-- or ended.
--
-- Returns: trigger; the row is unchanged.
-- Arguments: none (a trigger function).
-- Usage: trigger on web_session. The actor is the database's login for a new link, the name of the token
--        or person for signing in or out.
CREATE OR REPLACE FUNCTION task_ledger.record_sign_in()
RETURNS trigger
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_name text := coalesce(NEW.name, (SELECT t.name FROM task_ledger.access_token t WHERE t.id = NEW.token_id));
BEGIN
    IF TG_OP = 'INSERT' AND NEW.signed_in_at IS NULL THEN
        PERFORM task_ledger.record_access('login ' || session_user, 'link_created', NULL, NULL, v_name);
    ELSIF TG_OP = 'INSERT' OR NEW.signed_in_at IS DISTINCT FROM OLD.signed_in_at THEN
        PERFORM task_ledger.record_access(
            v_name, 'signed_in', NULL, NULL,
            NEW.role || ', subject ' || NEW.subject || ' of ' || NEW.issuer);
    ELSIF OLD.cookie_hash IS NOT NULL AND NEW.cookie_hash IS NULL THEN
        PERFORM task_ledger.record_access(v_name, 'signed_out', NULL, NULL, NULL);
    END IF;
    RETURN NULL;
END
$$;
