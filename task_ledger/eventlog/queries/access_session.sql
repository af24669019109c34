-- The token or the person of a browser session.
-- Returns: (name, role, projects, nothing); no row if the session is not active, or its token is not.
-- Arguments: hash, sha256 of the cookie.
-- Usage: task_ledger.access.authenticate_session.
SELECT coalesce(t.name, s.name), coalesce(t.role, s.role),
       CASE WHEN s.token_id IS NULL THEN s.projects ELSE t.projects END,
       CASE WHEN t.id IS NOT NULL AND (t.used_at IS NULL OR t.used_at < clock_timestamp() - interval '5 minutes')
            THEN task_ledger.note_token_use(t.id) END
FROM task_ledger.web_session AS s
LEFT JOIN task_ledger.access_token AS t ON t.id = s.token_id
WHERE s.cookie_hash = %(hash)s
    AND s.expires_at > clock_timestamp()
    AND t.revoked_at IS NULL
    AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
