-- Revokes a token and all sessions opened with it.
-- Returns: false if no active token has this name.
-- Arguments: actor or null, name.
-- Usage: task_ledger.access.revoke.
SELECT task_ledger.revoke_token(%(actor)s, %(name)s)
