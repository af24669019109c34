-- Tables of the log or the timeline whose triggers do not refuse all changes, or all but erasures. In tgtype 8 is
-- DELETE, 16 UPDATE, 32 TRUNCATE; a trigger fires in a normal session when it is enabled as
-- O(rigin) or A(lways).
-- Returns: table.
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT t.relid::text
FROM (
    SELECT p.relid FROM pg_partition_tree('task_ledger.task_event') AS p
    UNION ALL SELECT p.relid FROM pg_partition_tree('task_ledger.project_timeline') AS p
) AS t
LEFT JOIN pg_trigger AS g
    ON g.tgrelid = t.relid
    AND g.tgfoid IN ('task_ledger.refuse_change()'::regprocedure, 'task_ledger.admit_erasure()'::regprocedure)
    AND g.tgenabled IN ('O', 'A')
GROUP BY t.relid
HAVING NOT coalesce(bool_or(g.tgtype & 8 = 8), false)
    OR NOT coalesce(bool_or(g.tgtype & 16 = 16), false)
    OR NOT coalesce(bool_or(g.tgtype & 32 = 32), false)
ORDER BY 1
