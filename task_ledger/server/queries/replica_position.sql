-- How much write-ahead log a replica has replayed, and the commit time of its last transaction.
-- Returns: one row: a numeric, the position in bytes, NULL where nothing is replayed because this is no replica;
--          a timestamptz by the primary's clock, NULL before the first replayed commit; a text, the database's epoch.
-- Arguments: none.
-- Usage: task_ledger.server.replica.
SELECT
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0'::pg_lsn END,
    pg_last_xact_replay_timestamp(),
    task_ledger.epoch()
