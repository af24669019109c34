-- Ends a token, and with it every session opened from it.
-- Returns: the token's id; no row when no token of this name is in force.
-- Arguments: name.
-- Usage: task_ledger.access.revoke, as the owner.
UPDATE task_ledger.access_token
SET revoked_at = clock_timestamp()
WHERE name = %(name)s AND revoked_at IS NULL
RETURNING id
