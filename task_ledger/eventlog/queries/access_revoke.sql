-- Revokes a token and all sessions opened with it.
-- Returns: the token's id; no row if no active token has this name.
-- Arguments: name.
-- Usage: task_ledger.access.revoke, as the owner.
UPDATE task_ledger.access_token
SET revoked_at = clock_timestamp()
WHERE name = %(name)s AND revoked_at IS NULL
RETURNING id
