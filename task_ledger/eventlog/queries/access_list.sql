-- All tokens, without their hashes.
-- Returns: (id, name, role, projects, created_at, expires_at, revoked_at, created_by, used_at, rotated_at,
--          revoked_by), the newest first.
-- Arguments: none.
-- Usage: task_ledger.access.list_tokens.
SELECT id, name, role, projects, created_at, expires_at, revoked_at, created_by, used_at, rotated_at, revoked_by
FROM task_ledger.access_token
ORDER BY created_at DESC, id DESC
