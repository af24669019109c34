-- Refuses UPDATE, DELETE and TRUNCATE by every role.
-- Returns: never; raises TK001.
-- Arguments: none (a trigger function)
-- Usage: triggers on takeoff.change
CREATE OR REPLACE FUNCTION takeoff.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: the history of changes is append-only',
        TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'TK001', HINT = 'Add a change that undoes it.';
END
$$;
