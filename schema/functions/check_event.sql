-- Refuses an event that may not be stored, whoever writes it.
--
-- Returns: nothing; raises TL004 (not a JSON object, no actor) or TL005 (over 65,536 bytes).
-- Arguments: p_actor; p_data.
-- Usage: ledger.write_event; ledger.append when its own look has found something wrong.
CREATE OR REPLACE FUNCTION ledger.check_event(p_actor text, p_data json)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF NOT ledger.storable(p_actor, p_data) THEN
        IF octet_length(p_data::text) > 65536 THEN
            RAISE EXCEPTION 'an event''s data may have 65536 bytes, this has %', octet_length(p_data::text)
                USING ERRCODE = 'TL005';
        END IF;
        RAISE EXCEPTION 'an event needs an actor of 1 to 200 bytes and a JSON object as its data'
            USING ERRCODE = 'TL004';
    END IF;
END
$$;
