-- Where autovacuum is off.
-- Returns: what: the server, or a table of the ledger.
-- Arguments: none.
-- Usage: task-ledger doctor.
SELECT 'the server'
WHERE current_setting('autovacuum') = 'off' OR current_setting('track_counts') = 'off'
UNION ALL
SELECT c.oid::regclass::text
FROM pg_class AS c
CROSS JOIN LATERAL pg_options_to_table(c.reloptions) AS o
WHERE c.relnamespace = 'task_ledger'::regnamespace
    AND o.option_name = 'autovacuum_enabled' AND NOT o.option_value::boolean
