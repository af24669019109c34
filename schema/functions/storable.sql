-- Whether an event's actor and data may be stored. jsonb refuses what json lets in and no later
-- read survives (\u0000, lone surrogates), by an error of its own.
--
-- Returns: boolean; raises 22P05 or 22P02 for text that jsonb refuses.
-- Arguments: p_actor; p_data.
-- Usage: ledger.append, ledger.check_event; inlined by the planner.
CREATE OR REPLACE FUNCTION ledger.storable(p_actor text, p_data json)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(jsonb_typeof(p_data::jsonb) = 'object'
                AND octet_length(p_data::text) <= 65536
                AND octet_length(p_actor) BETWEEN 1 AND 200, false);
