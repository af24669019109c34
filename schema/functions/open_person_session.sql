-- Opens a browser session of a person whom an OpenID Connect provider has authenticated.
--
-- Returns: timestamptz, when the session ends; null if the name is a token's, or if another subject has
--          signed in with it before: events of two people would be under one name.
--          Raises 23514 for a value that task_ledger.web_session refuses.
-- Arguments: p_cookie_hash, sha256 of the new cookie's secret; p_issuer and p_subject, who it is for the
--            provider; p_name, the actor of what the person does; p_role; p_projects, null for all;
--            p_lifetime, how long the session lasts.
-- Usage: GET /sign-in/callback. The access log gets a row: signed_in, with role, subject and issuer.
CREATE OR REPLACE FUNCTION task_ledger.open_person_session(
    p_cookie_hash bytea, p_issuer text, p_subject text, p_name text, p_role text, p_projects text[],
    p_lifetime interval
)
RETURNS timestamptz
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
DECLARE
    v_expires timestamptz := clock_timestamp() + p_lifetime;
BEGIN
    -- Of two subjects that sign in with one name at the same time, the second sees the first.
    PERFORM pg_advisory_xact_lock(hashtextextended('task-ledger name ' || lower(p_name), 0));
    IF EXISTS (SELECT FROM task_ledger.access_token AS t WHERE lower(t.name) = lower(p_name))
        OR EXISTS (SELECT FROM task_ledger.web_session AS s
                   WHERE lower(s.name) = lower(p_name) AND (s.issuer, s.subject) <> (p_issuer, p_subject)) THEN
        RETURN NULL;
    END IF;
    INSERT INTO task_ledger.web_session
        (issuer, subject, name, role, projects, cookie_hash, signed_in_at, expires_at)
    VALUES (p_issuer, p_subject, p_name, p_role, p_projects, p_cookie_hash, clock_timestamp(), v_expires);
    RETURN v_expires;
END
$$;
