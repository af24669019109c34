-- Refuses every change of an event except its erasure, for every role: the new row must equal
-- task_ledger.erased of the old one, octet by octet.
--
-- Returns: the new row; raises TL002 for any other change.
-- Arguments: none (a trigger function).
-- Usage: trigger on task_event, and so on each of its partitions.
CREATE OR REPLACE FUNCTION task_ledger.admit_erasure()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NEW OPERATOR(pg_catalog.*=) OLD OR NOT (NEW OPERATOR(pg_catalog.*=) task_ledger.erased(OLD)) THEN
        RAISE EXCEPTION '% of %.% is refused: what happened is never changed',
            TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'TL002', HINT = 'Append what is true now; task_ledger.note takes a correction.';
    END IF;
    RETURN NEW;
END
$$;
