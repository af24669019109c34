-- What no migration makes of the ledger's tables and indexes.
-- Returns: (kind: unlogged, row security, rule or index; name).
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT 'unlogged', c.oid::regclass::text
FROM pg_class AS c
WHERE c.relnamespace = 'task_ledger'::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'u'
UNION ALL
SELECT 'row security', c.oid::regclass::text
FROM pg_class AS c
WHERE c.relnamespace = 'task_ledger'::regnamespace AND c.relrowsecurity
UNION ALL
SELECT 'rule', format('%s on %s', r.rulename, r.ev_class::regclass)
FROM pg_rewrite AS r
JOIN pg_class AS c ON c.oid = r.ev_class
WHERE c.relnamespace = 'task_ledger'::regnamespace AND c.relkind IN ('r', 'p')
UNION ALL
SELECT 'index', i.indexrelid::regclass::text
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'task_ledger'::regnamespace AND NOT (i.indisvalid AND i.indisready)
ORDER BY 1, 2
