-- Creates a token.
-- Returns: the token's id.
-- Arguments: actor or null, name, role, projects (null for all), hash (sha256 of the secret), expires_at or
--            null.
-- Usage: task_ledger.access.create.
SELECT task_ledger.create_token(
    %(actor)s, %(name)s, %(role)s, %(projects)s::text[], %(hash)s, %(expires_at)s)
