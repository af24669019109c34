-- The server's time.
-- Returns: one float8, seconds since 1970-01-01 UTC: drivers and frameworks read timestamps in different ways.
-- Arguments: none.
-- Usage: task_ledger.registration.database_clock.
SELECT extract(epoch FROM clock_timestamp())::float8
