-- Refuses UPDATE, DELETE and TRUNCATE for every role.
--
-- Returns: never; raises TL002.
-- Arguments: none (a trigger function).
-- Usage: triggers on task_event, each of its partitions, project_timeline, access_log and
--        failure_handling; on
--        access_token, whose names stay taken.
CREATE OR REPLACE FUNCTION task_ledger.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: what happened is never changed',
        TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'TL002', HINT = 'Append what is true now; task_ledger.note takes a correction.';
END
$$;
