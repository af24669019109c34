-- Replication slots of the server that nobody reads.
-- Returns: (name, bytes of write-ahead log kept for it, its state).
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT s.slot_name, coalesce(pg_wal_lsn_diff(
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
        s.restart_lsn), 0)::bigint, coalesce(s.wal_status, 'unused')
FROM pg_replication_slots AS s
WHERE NOT s.active AND NOT s.temporary
ORDER BY s.slot_name
