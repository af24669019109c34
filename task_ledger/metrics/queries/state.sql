-- The state of outbox, workers, partitions and connections.
-- Returns: one row: messages in the outbox; messages that the broker has refused; attempts dispatched again;
--          valid worker leases; leases that expired without a clean exit; future months that have a
--          partition; connections to this database, and the server's limit.
-- Arguments: none.
-- Usage: task_ledger.metrics.gauges.
SELECT
    (SELECT count(*) FROM task_ledger.outbox AS o),
    (SELECT count(*) FROM task_ledger.outbox AS o WHERE o.tries > 0),
    (SELECT count(*) FROM task_ledger.redispatch AS r WHERE r.dispatches > 1),
    l.alive,
    l.expired,
    (SELECT count(*) FROM task_ledger.bucket AS b
     WHERE b.closed_at IS NULL AND b.bucket > to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')::integer),
    (SELECT count(*) FROM pg_stat_activity AS a WHERE a.datname = current_database()),
    current_setting('max_connections')::integer
FROM (
    SELECT count(*) FILTER (WHERE w.expires_at > now()) AS alive,
        count(*) FILTER (WHERE w.expires_at <= now()) AS expired
    FROM task_ledger.worker_lease AS w
    WHERE w.ended_at IS NULL
) AS l
