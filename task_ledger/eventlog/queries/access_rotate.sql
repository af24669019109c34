-- Gives a token a new secret and ends all sessions opened with it.
-- Returns: false if no active token has this name.
-- Arguments: actor or null, name, hash (sha256 of the secret).
-- Usage: task_ledger.access.rotate.
SELECT task_ledger.rotate_token(%(actor)s, %(name)s, %(hash)s)
