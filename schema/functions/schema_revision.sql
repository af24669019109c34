-- Tells a process whether its release works on this schema.
--
-- Returns: one row: applied, the newest applied revision of the schema, NULL if none; and oldest, the newest
--          revision of the oldest release that works on this schema. Each release sets it to the newest
--          revision of the release before it.
-- Arguments: none.
-- Usage: SELECT applied, oldest FROM task_ledger.schema_revision(). Asked on each new connection of a service or
--        command.
CREATE OR REPLACE FUNCTION task_ledger.schema_revision(OUT applied text, OUT oldest text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
RETURN ROW((SELECT m.version_num::text FROM task_ledger.migration AS m), '0001'::text);
