-- The identity of a bearer token.
-- Returns: (name, role, projects, nothing); no row if it is not active.
-- Arguments: hash, sha256 of the secret.
-- Usage: task_ledger.access.authenticate.
SELECT t.name, t.role, t.projects,
       CASE WHEN t.used_at IS NULL OR t.used_at < clock_timestamp() - interval '5 minutes'
            THEN task_ledger.note_token_use(t.id) END
FROM task_ledger.access_token AS t
WHERE t.hash = %(hash)s
    AND t.revoked_at IS NULL
    AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
