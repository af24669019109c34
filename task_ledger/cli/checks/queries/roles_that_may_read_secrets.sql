-- Roles that may read what is private: the texts of tracebacks are read through a function only, messages by
-- the projector.
-- Returns: role, table.
-- Arguments: roles, the services' group roles; projector, one of them.
-- Usage: task-ledger doctor.
SELECT DISTINCT r.rolname, c.oid::text
FROM pg_roles AS r
JOIN (VALUES
    ('task_ledger.traceback'::regclass, 'text'), ('task_ledger.message'::regclass, 'headers'),
    ('task_ledger.message'::regclass, 'properties'), ('task_ledger.message'::regclass, 'body')
) AS c(oid, name)
    ON c.oid = 'task_ledger.traceback'::regclass OR r.rolname <> %(projector)s
WHERE r.rolname = ANY(%(roles)s)
    AND has_column_privilege(r.oid, c.oid, c.name, 'SELECT')
ORDER BY r.rolname, c.oid::text
