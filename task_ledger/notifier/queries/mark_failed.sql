-- Records a failed try, and when the next one is.
-- Returns: nothing; does nothing if another notifier has taken it over.
-- Arguments: id, tries, reason; wait_s, null if there is no next one.
-- Usage: task_ledger.notifier.sending.
UPDATE task_ledger.notification
SET last_error = %(reason)s, try_at = clock_timestamp() + make_interval(secs => coalesce(%(wait_s)s, 0)),
    state = CASE WHEN %(wait_s)s::float8 IS NULL THEN 'dead' ELSE 'waiting' END,
    ended_at = CASE WHEN %(wait_s)s::float8 IS NULL THEN clock_timestamp() END
WHERE id = %(id)s AND state = 'waiting' AND tries = %(tries)s
