-- Privileges of service roles on the log or the timeline that only the functions and the projector
-- should have.
-- Returns: role, table, privilege.
-- Arguments: roles, the services' group roles; projector: one of them.
-- Usage: task-ledger doctor.
SELECT r.rolname, c.oid::regclass::text, p.privilege
FROM pg_roles AS r
CROSS JOIN pg_class AS c
CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p (privilege)
WHERE r.rolname = ANY(%(roles)s)
    AND c.oid IN (
        SELECT t.relid FROM pg_partition_tree('task_ledger.task_event') AS t
        UNION ALL SELECT t.relid FROM pg_partition_tree('task_ledger.project_timeline') AS t)
    AND (has_table_privilege(r.oid, c.oid, p.privilege)
        OR p.privilege IN ('INSERT', 'UPDATE')
            AND has_any_column_privilege(r.oid, c.oid, p.privilege))
    AND NOT (r.rolname = %(projector)s AND p.privilege = 'INSERT'
        AND c.oid = 'task_ledger.project_timeline'::regclass)
ORDER BY r.rolname, c.oid, p.privilege
