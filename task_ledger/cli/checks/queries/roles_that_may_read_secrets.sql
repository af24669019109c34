-- Roles that may read what is private: the texts of tracebacks are read through a function only, messages by
-- the projector, channels' addresses and secrets by the notifier.
-- Returns: role, table.
-- Arguments: roles, the services' group roles; projector and notifier, two of them.
-- Usage: task-ledger doctor.
SELECT DISTINCT r.rolname, c.oid::text
FROM pg_roles AS r
JOIN (VALUES
    ('task_ledger.traceback'::regclass, 'text'), ('task_ledger.message'::regclass, 'headers'),
    ('task_ledger.message'::regclass, 'properties'), ('task_ledger.message'::regclass, 'body'),
    ('task_ledger.notification_channel'::regclass, 'address'),
    ('task_ledger.notification_channel'::regclass, 'secret')
) AS c(oid, name)
    ON CASE c.oid
        WHEN 'task_ledger.traceback'::regclass THEN true
        WHEN 'task_ledger.message'::regclass THEN r.rolname <> %(projector)s
        ELSE r.rolname <> %(notifier)s
    END
WHERE r.rolname = ANY(%(roles)s)
    AND has_column_privilege(r.oid, c.oid, c.name, 'SELECT')
ORDER BY r.rolname, c.oid::text
