-- Functions of the ledger that PUBLIC may call.
-- Returns: function.
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT f.oid::regprocedure::text
FROM pg_proc AS f
CROSS JOIN LATERAL aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) AS a
WHERE f.pronamespace = 'task_ledger'::regnamespace AND a.grantee = 0
ORDER BY 1
