-- Opens a browser session of a token.
--
-- Returns: timestamptz, when the session ends; null if no active token has this hash. Waits for a rotation of
--          the token, and does not find the old hash after it.
-- Arguments: p_token_hash, p_cookie_hash: sha256 of the token and of the new cookie's secret;
--            p_lifetime, how long the session lasts, at most as long as the token.
-- Usage: POST /sign-in/token. The access log gets a row: signed_in, by the token's name.
CREATE OR REPLACE FUNCTION task_ledger.open_token_session(
    p_token_hash bytea, p_cookie_hash bytea, p_lifetime interval
)
RETURNS timestamptz
LANGUAGE sql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    INSERT INTO task_ledger.web_session (token_id, cookie_hash, signed_in_at, expires_at)
    SELECT t.id, p_cookie_hash, clock_timestamp(), least(clock_timestamp() + p_lifetime, t.expires_at)
    FROM task_ledger.access_token AS t
    WHERE t.hash = p_token_hash
        AND t.revoked_at IS NULL
        AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
    FOR KEY SHARE OF t
    RETURNING expires_at
$$;
