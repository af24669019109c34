-- Begins a round: counts the dispatches that it will publish. One that has been begun is left to its
-- relay for a second; then that relay counts as killed. After three rounds that were killed, a
-- dispatch is postponed by 2 s, 4 s … 5 minutes after each further one.
-- Returns: the ids, of those that nobody else had at that moment.
-- Arguments: limit; published, an array of the ids of which this relay knows that the broker has them.
-- Usage: task_ledger.projector.relay, in a transaction of its own, before take_dispatches.sql.
UPDATE task_ledger.outbox AS o
SET sends = o.sends + 1, begun_at = clock_timestamp()
WHERE o.id = ANY (ARRAY(
    SELECT d.id
    FROM task_ledger.outbox AS d
    WHERE d.try_at <= now()
        AND (d.sends = 0 OR d.id = ANY (%(published)s::bigint[])
             OR d.begun_at <= now() - make_interval(secs => least(2.0 ^ greatest(least(d.sends, 12) - 2, 0), 300)))
    ORDER BY d.try_at, d.id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED))
RETURNING o.id
