-- State and settings of the server and this database.
-- Returns: one row: whether it is a standby; whether this session's transactions are read-only; whether it waits for
--          the disk and writes whole pages; seconds between `now` and its clock; the version of the collation that the
--          database was made with, and the system's, as text; the age of its oldest transaction id or multixact.
-- Arguments: now, this machine's time in seconds since 1970.
-- Usage: task-ledger doctor.
SELECT pg_is_in_recovery(),
    current_setting('transaction_read_only') = 'on',
    current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',
    abs(extract(epoch FROM clock_timestamp() - to_timestamp(%(now)s)))::float8,
    coalesce(d.datcollversion, ''),
    coalesce(CASE WHEN d.datcollversion IS NOT NULL THEN pg_database_collation_actual_version(d.oid) END, ''),
    greatest(age(d.datfrozenxid), mxid_age(d.datminmxid))
FROM pg_database AS d
WHERE d.datname = current_database()
