-- The log's partitions from which something was erased since the last rewrite.
-- Returns: (table's name), in order.
-- Arguments: none.
-- Usage: task_ledger.ops.rewriting.
SELECT DISTINCT c.relname
FROM task_ledger.access_log AS a
JOIN pg_class AS c
    ON c.relname = 'task_event_' || task_ledger.bucket_of(a.task_id)
    AND c.relnamespace = 'task_ledger'::regnamespace
WHERE a.action = 'erasure' AND a.task_id IS NOT NULL
    AND a.seq > coalesce((
        SELECT max(r.seq) FROM task_ledger.access_log AS r
        WHERE r.action = 'erasure' AND r.task_id IS NULL), 0)
ORDER BY c.relname
