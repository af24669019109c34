-- Creates a token.
-- Returns: nothing.
-- Arguments: name, role, projects (null for all), hash (sha256 of the secret), expires_at or null.
-- Usage: task_ledger.access.create, as the owner.
INSERT INTO task_ledger.access_token (name, role, projects, hash, expires_at)
VALUES (%(name)s, %(role)s, %(projects)s, %(hash)s, %(expires_at)s)
