-- Messages that the broker has refused and that are tried again.
-- Returns: how many; the most tries of one.
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT count(*), coalesce(max(o.tries), 0)
FROM task_ledger.outbox AS o
WHERE o.tries > 0
