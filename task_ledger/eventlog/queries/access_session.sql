-- The token of a browser session.
-- Returns: (name, role, projects); no row if the session or its token is not active.
-- Arguments: hash, sha256 of the cookie.
-- Usage: task_ledger.access.authenticate_session.
SELECT t.name, t.role, t.projects
FROM task_ledger.web_session AS s
JOIN task_ledger.access_token AS t ON t.id = s.token_id
WHERE s.cookie_hash = %(hash)s
    AND s.expires_at > clock_timestamp()
    AND t.revoked_at IS NULL
    AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
