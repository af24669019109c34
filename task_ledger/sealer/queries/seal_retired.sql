-- The retired months.
-- Returns: bucket, events, root; in the order of their retirement.
-- Arguments: none.
-- Usage: task_ledger.sealer.postgres.
SELECT b.bucket, b.events, b.root
FROM task_ledger.bucket AS b
WHERE b.closed_at IS NOT NULL AND b.root IS NOT NULL
ORDER BY b.closed_at, b.bucket
