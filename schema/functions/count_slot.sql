-- Counts one value of a histogram.
--
-- Returns: integer[], the new histogram; unchanged for null.
-- Arguments: p_histogram; p_slot, the value's bucket.
-- Usage: the aggregate task_ledger.histogram.
CREATE OR REPLACE FUNCTION task_ledger.count_slot(p_histogram integer[], p_slot integer)
RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    IF p_slot IS NOT NULL THEN
        p_histogram[p_slot] := coalesce(p_histogram[p_slot], 0) + 1;
    END IF;
    RETURN p_histogram;
END
$$;
