-- Identifies the database's current epoch: changes after a restore, a copy to another cluster, or the
-- promotion of a replica; stays the same after a restart or a crash. Timeline numbers are comparable only
-- within one epoch, because a restored database may assign a number again.
--
-- Returns: text, eight hexadecimal digits of a SHA-256 over the cluster's identifier, the WAL's timeline
--          and the database's number.
-- Arguments: none.
-- Usage: SELECT task_ledger.epoch(). Part of every timeline cursor and stream.
CREATE OR REPLACE FUNCTION task_ledger.epoch()
RETURNS text
LANGUAGE sql STABLE
RETURN left(
    encode(
        sha256(
            convert_to(
                concat_ws(
                    '/',
                    (SELECT s.system_identifier FROM pg_catalog.pg_control_system() AS s),
                    -- The control file names a promoted server's timeline only after its first checkpoint.
                    CASE
                        WHEN pg_is_in_recovery()
                            THEN lpad(to_hex((SELECT c.timeline_id FROM pg_catalog.pg_control_checkpoint() AS c)), 8, '0')
                        ELSE lower(left(pg_walfile_name(pg_current_wal_lsn()), 8))
                    END,
                    (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
                ),
                'UTF8'
            )
        ),
        'hex'
    ),
    8
);
