-- How much write-ahead log the primary has written, with its clock and the database's epoch.
-- Returns: one row: a numeric, the position in bytes; a timestamptz; a text.
-- Arguments: none.
-- Usage: task_ledger.server.replica.
SELECT pg_current_wal_lsn() - '0/0'::pg_lsn, clock_timestamp(), task_ledger.epoch()
