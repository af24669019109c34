-- Whether a server is a standby, and which database it has.
-- Returns: one row: whether it is a standby; the database's epoch.
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT pg_is_in_recovery(), task_ledger.epoch()
