-- The log's partitions from which something was erased that no rewrite has covered.
-- Returns: (table's name, the last row of the access log with an erasure in it), in order of the names.
-- Arguments: none.
-- Usage: task_ledger.ops.rewriting, which records up to which row it has rewritten. Rows are committed
--        in the order of their numbers, so none below that appears later.
SELECT c.relname, max(a.seq)
FROM task_ledger.access_log AS a
JOIN pg_class AS c
    ON c.relname = 'task_event_' || task_ledger.bucket_of(a.task_id)
    AND c.relnamespace = 'task_ledger'::regnamespace
WHERE a.action = 'erasure' AND a.task_id IS NOT NULL
    AND a.seq > coalesce((
        SELECT max(substring(r.detail FROM ', up to row ([0-9]{1,18})$')::bigint)
        FROM task_ledger.access_log AS r
        WHERE r.action = 'erasure' AND r.task_id IS NULL), 0)
GROUP BY c.relname
ORDER BY c.relname
