-- Returns: one row: age in seconds of the oldest message that is due and not dispatched, 0 without one;
--          client connections to this database; numbers of the feeds that events have taken.
-- Arguments: none.
-- Usage: tests.soak.samples.
SELECT
    (SELECT coalesce(extract(epoch FROM max(clock_timestamp() - o.try_at)), 0)::float8
     FROM task_ledger.outbox AS o WHERE o.try_at <= clock_timestamp()),
    (SELECT count(*) FROM pg_stat_activity AS a
     WHERE a.datname = current_database() AND a.backend_type = 'client backend'
         AND a.application_name <> 'soak'),
    (SELECT sum(h.head)::bigint FROM task_ledger.feed_heads() AS h)
