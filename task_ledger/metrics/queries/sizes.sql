-- The sizes of the ledger's tables, each with its partitions.
-- Returns: (table, bytes, bytes of its indexes).
-- Arguments: none.
-- Usage: task_ledger.metrics.gauges.
SELECT c.relname, sum(pg_table_size(p.relid))::bigint, sum(pg_indexes_size(p.relid))::bigint
FROM pg_class AS c
CROSS JOIN LATERAL (SELECT c.oid AS relid UNION SELECT t.relid FROM pg_partition_tree(c.oid) AS t) AS p
WHERE c.relnamespace = 'task_ledger'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
GROUP BY c.relname
ORDER BY c.relname
