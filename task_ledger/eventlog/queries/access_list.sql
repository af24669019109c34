-- Tokens, without their hashes.
-- Returns: (id, name, role, projects, created_at, expires_at, revoked_at, created_by, used_at, rotated_at,
--          revoked_by), the newest first, at most `limit`.
-- Arguments: after, an id: those after this one, null for the first page; active, whether to leave out revoked
--            and expired ones; limit, null for all.
-- Usage: task_ledger.access.list_tokens.
SELECT t.id, t.name, t.role, t.projects, t.created_at, t.expires_at, t.revoked_at, t.created_by, t.used_at,
    t.rotated_at, t.revoked_by
FROM task_ledger.access_token AS t
WHERE (t.created_at, t.id) < (
        coalesce((SELECT a.created_at FROM task_ledger.access_token AS a WHERE a.id = %(after)s::uuid), 'infinity'),
        coalesce(%(after)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
    AND (NOT %(active)s OR (t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())))
ORDER BY t.created_at DESC, t.id DESC
LIMIT %(limit)s::bigint
