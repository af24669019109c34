-- Privileges of service roles on the log or the timeline that only the functions and the projector
-- should have.
-- Returns: role, table, privilege.
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT r.rolname, c.oid::regclass::text, p.privilege
FROM pg_roles AS r
CROSS JOIN pg_class AS c
CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p (privilege)
WHERE r.rolname IN (
        'task_ledger_api', 'task_ledger_worker', 'task_ledger_projector', 'task_ledger_auditor',
        'task_ledger_sealer')
    AND c.oid IN (
        SELECT t.relid FROM pg_partition_tree('task_ledger.task_event') AS t
        UNION ALL SELECT 'task_ledger.project_timeline'::regclass)
    AND (has_table_privilege(r.oid, c.oid, p.privilege)
        OR p.privilege IN ('INSERT', 'UPDATE')
            AND has_any_column_privilege(r.oid, c.oid, p.privilege))
    AND NOT (r.rolname = 'task_ledger_projector' AND p.privilege = 'INSERT'
        AND c.oid = 'task_ledger.project_timeline'::regclass)
ORDER BY r.rolname, c.oid, p.privilege
