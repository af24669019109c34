-- How long the oldest message that is due has been waiting to be published.
-- Returns: one row: (count, age of the oldest in seconds; 0 for none).
-- Arguments: none.
-- Usage: services.api.routes.health, services.api.routes.metrics.
SELECT count(*),
    coalesce(extract(epoch FROM clock_timestamp() - min(o.due_at)), 0)::double precision
FROM ledger.outbox AS o
WHERE o.due_at <= clock_timestamp()
