-- Refuses an invalid schema version.
--
-- Returns: nothing; raises TL004.
-- Arguments: p_schema_version, of the data: 1 to 32767.
-- Usage: every function that writes an event.
CREATE OR REPLACE FUNCTION task_ledger.check_version(p_schema_version integer)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF (p_schema_version BETWEEN 1 AND 32767) IS NOT TRUE THEN
        RAISE EXCEPTION 'schema_version is 1 to 32767, not %', p_schema_version USING ERRCODE = 'TL004';
    END IF;
END
$$;
