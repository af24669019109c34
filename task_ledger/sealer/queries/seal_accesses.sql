-- Rows of the access log after a number.
-- Returns: seq, digest; oldest first.
-- Arguments: after.
-- Usage: task_ledger.sealer.postgres.
SELECT a.seq, a.digest
FROM task_ledger.access_log AS a
WHERE a.seq > %(after)s
ORDER BY a.seq
