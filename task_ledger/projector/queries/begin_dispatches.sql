-- Begins a round: counts the dispatches that it will publish. A dispatch whose relay was killed in
-- three rounds is postponed by 2 s, 4 s … 5 minutes after each further one.
-- Returns: the ids, of those that nobody else had at that moment.
-- Arguments: limit.
-- Usage: task_ledger.projector.relay, in a transaction of its own, before take_dispatches.sql.
UPDATE task_ledger.outbox AS o
SET sends = o.sends + 1, begun_at = clock_timestamp()
WHERE o.id = ANY (ARRAY(
    SELECT d.id
    FROM task_ledger.outbox AS d
    WHERE d.try_at <= now()
        AND (d.sends < 3 OR d.begun_at <= now() - make_interval(secs => least(2.0 ^ least(d.sends - 2, 10), 300)))
    ORDER BY d.try_at, d.id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED))
RETURNING o.id
