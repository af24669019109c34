-- Ends a session. Its link stays used.
-- Returns: nothing.
-- Arguments: cookie_hash, sha256 of the cookie.
-- Usage: task_ledger.access.sign_out.
UPDATE task_ledger.web_session SET cookie_hash = NULL WHERE cookie_hash = %(cookie_hash)s
