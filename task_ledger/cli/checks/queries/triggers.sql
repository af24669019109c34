-- The triggers of the schema's tables, without those of foreign keys and those that partitions
-- inherit.
-- Returns: table (of a partition: the partitioned table), trigger, function, whether it fires in a
--          normal session.
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT coalesce(pg_partition_root(g.tgrelid), g.tgrelid)::regclass::text, g.tgname,
    g.tgfoid::regproc::text, g.tgenabled IN ('O', 'A')
FROM pg_trigger AS g
JOIN pg_class AS c ON c.oid = g.tgrelid AND c.relnamespace = 'task_ledger'::regnamespace
WHERE NOT g.tgisinternal
ORDER BY 1, 2
