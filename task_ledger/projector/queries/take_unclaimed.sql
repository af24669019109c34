-- Takes attempts that seem to have been lost by the broker, those that no other reconciler took,
-- until the end of the transaction: not claimed for longer after each dispatch, and not waiting
-- in a living worker. None that was dispatched three times.
-- Returns: (task_id, attempt, dispatches).
-- Arguments: wait_s, the seconds after the first dispatch; after each further one, four times
--            as many; limit.
-- Usage: task_ledger.projector.redispatch.
SELECT d.task_id, d.attempt, d.dispatches
FROM task_ledger.redispatch AS d
WHERE d.dispatches < 3
    AND d.dispatched_at <= now() - make_interval(secs => %(wait_s)s * 4 ^ (d.dispatches - 1))
    AND NOT EXISTS (
        SELECT FROM task_ledger.worker_lease AS l
        WHERE l.expires_at > now() AND d.task_id = ANY (l.live))
ORDER BY d.dispatched_at
LIMIT %(limit)s
FOR UPDATE OF d SKIP LOCKED
