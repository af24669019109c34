-- Creates a one-time sign-in link for a token.
-- Returns: the session's id; no row if no active token has this name.
-- Arguments: name; link_hash, sha256 of the code; link_lifetime, session_lifetime, intervals.
-- Usage: task_ledger.access.create_link, as the owner.
INSERT INTO task_ledger.web_session (token_id, link_hash, link_expires, expires_at)
SELECT t.id, %(link_hash)s, clock_timestamp() + %(link_lifetime)s::interval,
       least(clock_timestamp() + %(session_lifetime)s::interval, t.expires_at)
FROM task_ledger.access_token AS t
WHERE t.name = %(name)s
    AND t.revoked_at IS NULL
    AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
RETURNING id
