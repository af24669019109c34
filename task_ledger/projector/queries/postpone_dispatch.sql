-- Postpones a dispatch that could not be published.
-- Returns: nothing.
-- Arguments: id; seconds from now; error, what went wrong.
-- Usage: task_ledger.projector.relay, in the transaction that took it.
UPDATE task_ledger.outbox
SET tries = tries + 1, last_error = %(error)s,
    try_at = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE id = %(id)s
