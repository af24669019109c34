-- Roles that may read what is private: tracebacks are the auditor's, message bodies the projector's.
-- Returns: role, table.
-- Arguments: roles, the services' group roles; projector, auditor: two of them.
-- Usage: task-ledger doctor.
SELECT r.rolname, c.oid::regclass::text
FROM pg_roles AS r
JOIN pg_class AS c
    ON c.oid = 'task_ledger.traceback'::regclass AND r.rolname <> %(auditor)s
    OR c.oid = 'task_ledger.message'::regclass AND r.rolname <> %(projector)s
WHERE r.rolname = ANY(%(roles)s)
    AND has_any_column_privilege(r.oid, c.oid, 'SELECT')
ORDER BY r.rolname, c.oid
