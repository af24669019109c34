-- Tables of the ledger with many times the dead rows at which autovacuum is to begin.
-- Returns: (table, dead rows, live rows), the most dead rows first.
-- Arguments: times, how many times; rows, how many dead rows at least.
-- Usage: task-ledger doctor.
SELECT s.relname, s.n_dead_tup, s.n_live_tup
FROM pg_stat_user_tables AS s
JOIN pg_class AS c ON c.oid = s.relid
CROSS JOIN LATERAL (
    SELECT coalesce(max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_threshold'),
            current_setting('autovacuum_vacuum_threshold'))::float8 AS rows,
        coalesce(max(o.option_value) FILTER (WHERE o.option_name = 'autovacuum_vacuum_scale_factor'),
            current_setting('autovacuum_vacuum_scale_factor'))::float8 AS share
    FROM pg_options_to_table(c.reloptions) AS o
) AS begins
WHERE s.schemaname = 'task_ledger' AND s.n_dead_tup >= %(rows)s
    AND s.n_dead_tup >= %(times)s * (begins.rows + begins.share * greatest(c.reltuples, 0))
ORDER BY s.n_dead_tup DESC
