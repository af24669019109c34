-- Messages that are due and not published.
-- Returns: how many, the age of the oldest in seconds (0 for none).
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(o.due_at)), 0)::float8
FROM ledger.outbox AS o
WHERE o.due_at <= clock_timestamp()
