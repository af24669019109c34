-- The functions and triggers of the ledger's schema as installed, by anyone.
-- Returns: one text each, sorted by its octets.
-- Arguments: none.
-- Usage: task_ledger.sealer.postgres.
SELECT d.definition
FROM (
    SELECT pg_get_functiondef(p.oid) || ' OWNER ' || p.proowner::regrole::text AS definition
    FROM pg_proc AS p
    WHERE p.pronamespace = 'task_ledger'::regnamespace AND p.prokind IN ('f', 'p')
    UNION ALL
    SELECT pg_get_triggerdef(t.oid) || ' ENABLED ' || t.tgenabled::text
    FROM pg_trigger AS t
    JOIN pg_class AS c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'task_ledger'::regnamespace AND NOT t.tgisinternal
        -- A month's partition has its parent's triggers; list them only if they differ.
        AND (t.tgparentid = 0 OR t.tgenabled <> 'O')
) AS d
ORDER BY d.definition COLLATE "C"
