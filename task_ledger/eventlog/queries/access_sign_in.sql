-- Redeems a one-time sign-in link. A concurrent second use waits for the first and then finds it
-- used.
-- Returns: when the session ends; no row when the link cannot be used.
-- Arguments: link_hash, cookie_hash: sha256 of the link's code and of the new cookie.
-- Usage: task_ledger.access.sign_in.
UPDATE task_ledger.web_session AS s
SET cookie_hash = %(cookie_hash)s, signed_in_at = clock_timestamp()
FROM task_ledger.access_token AS t
WHERE s.link_hash = %(link_hash)s
    AND s.signed_in_at IS NULL
    AND s.link_expires > clock_timestamp()
    AND t.id = s.token_id
    AND t.revoked_at IS NULL
    AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
RETURNING s.expires_at
