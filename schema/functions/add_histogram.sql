-- Adds a histogram to another.
--
-- Returns: integer[], the sums; an element without values may be null.
-- Arguments: p_to; p_added, of which each positive or negative element is added.
-- Usage: the projector, when it adds to a row of task_ledger.task_rollup.
CREATE OR REPLACE FUNCTION task_ledger.add_histogram(p_to integer[], p_added integer[])
RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    FOR v_slot IN coalesce(array_lower(p_added, 1), 1) .. coalesce(array_upper(p_added, 1), 0) LOOP
        IF p_added[v_slot] <> 0 THEN
            p_to[v_slot] := coalesce(p_to[v_slot], 0) + p_added[v_slot];
        END IF;
    END LOOP;
    RETURN p_to;
END
$$;
