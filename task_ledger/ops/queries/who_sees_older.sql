-- A session, prepared transaction or replication slot that may see rows which were deleted before a
-- transaction.
-- Returns: (in words), the oldest; no row if there is none.
-- Arguments: xid, the transaction's id.
-- Usage: task_ledger.ops.rewriting. age() compares ids of 32 bits, across their wrap-around.
SELECT h.what
FROM (
    SELECT format('the session with pid %%s (%%s)', s.pid, coalesce(nullif(s.application_name, ''), s.backend_type)),
           greatest(age(s.backend_xmin), age(s.backend_xid))
    FROM pg_stat_activity AS s
    WHERE s.pid <> pg_backend_pid() AND (s.datname = current_database() OR s.datname IS NULL)
    UNION ALL
    SELECT format('the prepared transaction %%L', p.gid), age(p.transaction)
    FROM pg_prepared_xacts AS p WHERE p.database = current_database()
    UNION ALL
    SELECT format('the replication slot %%L', r.slot_name), greatest(age(r.xmin), age(r.catalog_xmin))
    FROM pg_replication_slots AS r
) AS h(what, age)
WHERE h.age > age(%(xid)s::xid8::xid)
ORDER BY h.age DESC
LIMIT 1
