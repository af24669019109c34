-- The ledger's tables, each with its partitions but those of the month that is retired.
-- Returns: (table, bytes with indexes and TOAST, dead tuples, live tuples).
-- Arguments: retired: the month's number, as 202609.
-- Usage: tests.soak.samples.
SELECT c.relname, sum(pg_total_relation_size(p.relid))::bigint,
    sum(coalesce(s.n_dead_tup, 0))::bigint, sum(coalesce(s.n_live_tup, 0))::bigint
FROM pg_class AS c
CROSS JOIN LATERAL (SELECT c.oid AS relid UNION SELECT t.relid FROM pg_partition_tree(c.oid) AS t) AS p
JOIN pg_class AS part ON part.oid = p.relid
LEFT JOIN pg_stat_all_tables AS s ON s.relid = p.relid
WHERE c.relnamespace = 'task_ledger'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND part.relname NOT LIKE '%%' || %(retired)s::text
GROUP BY c.relname
