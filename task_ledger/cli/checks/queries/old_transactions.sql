-- Transactions that have been open for long. When another login's transaction began is only shown to members of
-- pg_read_all_stats.
-- Returns: (whose: its login and process, or its name if it is prepared; for how many seconds), the oldest first.
-- Arguments: since_s, for how many seconds at least.
-- Usage: task-ledger doctor.
SELECT t.whose, t.seconds
FROM (
    SELECT format('%%s (pid %%s, %%s)', a.usename, a.pid, a.state) AS whose,
        extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS seconds
    FROM pg_stat_activity AS a
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
    UNION ALL
    SELECT format('prepared transaction %%s of %%s', p.gid, p.owner),
        extract(epoch FROM clock_timestamp() - p.prepared)::float8
    FROM pg_prepared_xacts AS p
    WHERE p.database = current_database()
) AS t
WHERE t.seconds >= %(since_s)s
ORDER BY t.seconds DESC
