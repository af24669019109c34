-- Roles that may read what is private: tracebacks are the auditor's, message bodies the projector's.
-- Returns: role, table.
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT r.rolname, c.oid::regclass::text
FROM pg_roles AS r
JOIN pg_class AS c
    ON c.oid = 'task_ledger.traceback'::regclass AND r.rolname <> 'task_ledger_auditor'
    OR c.oid = 'task_ledger.message'::regclass AND r.rolname <> 'task_ledger_projector'
WHERE r.rolname IN (
        'task_ledger_api', 'task_ledger_worker', 'task_ledger_projector', 'task_ledger_auditor',
        'task_ledger_sealer')
    AND has_any_column_privilege(r.oid, c.oid, 'SELECT')
ORDER BY r.rolname, c.oid
