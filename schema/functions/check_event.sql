-- Refuses an invalid event, for every writer.
--
-- Returns: nothing; raises TL004 (not a JSON object, no actor) or TL005 (over 65,536 bytes).
-- Arguments: those of task_ledger.storable.
-- Usage: task_ledger.write_event, task_ledger.append_general; task_ledger.register after its own check
--        has failed.
CREATE OR REPLACE FUNCTION task_ledger.check_event(
    p_actor text, p_data json, p_occurred_at timestamptz, p_due_at timestamptz,
    p_private json DEFAULT NULL
)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF NOT task_ledger.storable(p_actor, p_data, p_occurred_at, p_due_at, p_private) THEN
        IF greatest(octet_length(p_data::text), octet_length(p_private::text)) > 65536 THEN
            RAISE EXCEPTION 'an event''s data may have 65536 bytes, this has %',
                greatest(octet_length(p_data::text), octet_length(p_private::text))
                USING ERRCODE = 'TL005';
        END IF;
        IF (p_occurred_at BETWEEN timestamptz '2000-01-01 00:00+00' AND timestamptz '9000-01-01 00:00+00') IS NOT TRUE
            OR p_due_at NOT BETWEEN timestamptz '2000-01-01 00:00+00' AND timestamptz '9000-01-01 00:00+00' THEN
            RAISE EXCEPTION 'an event happens, and is due, in the years 2000 to 8999, not at % and %', p_occurred_at, p_due_at
                USING ERRCODE = 'TL004';
        END IF;
        RAISE EXCEPTION 'an event needs an actor of 1 to 200 bytes and a JSON object as its data, and as its private data if it has any'
            USING ERRCODE = 'TL004';
    END IF;
END
$$;
