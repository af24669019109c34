-- The server's time.
-- Returns: one timestamptz.
-- Arguments: none.
-- Usage: task_ledger.registration.database_clock.
SELECT clock_timestamp()
