-- Opens a browser session of a token.
-- Returns: when the session ends; null when no active token has this hash.
-- Arguments: token_hash, cookie_hash: sha256 of the token and of the new cookie; lifetime, an interval.
-- Usage: task_ledger.access.sign_in_with_token.
SELECT task_ledger.open_token_session(%(token_hash)s, %(cookie_hash)s, %(lifetime)s)
