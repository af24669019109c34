-- Whether an event's actor, two texts and times are valid. The cast to jsonb refuses text that json
-- accepts but later reads fail on (\u0000, lone surrogates), with its own error.
--
-- Returns: boolean; raises 22P05 or 22P02 for text that jsonb refuses.
-- Arguments: p_actor; p_data; p_occurred_at and p_due_at, of the years 2000 to 8999, which every reader
--            can represent; p_private. p_due_at and p_private may be null.
-- Usage: task_ledger.append, task_ledger.check_event; inlined by the planner.
CREATE OR REPLACE FUNCTION task_ledger.storable(
    p_actor text, p_data json, p_occurred_at timestamptz, p_due_at timestamptz,
    p_private json DEFAULT NULL
)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(p_data::jsonb IS JSON OBJECT
                AND octet_length(p_data::text) <= 65536
                AND coalesce(p_private::jsonb IS JSON OBJECT AND octet_length(p_private::text) <= 65536, true)
                AND p_actor <> '' AND octet_length(p_actor) <= 200
                AND p_occurred_at >= timestamptz '2000-01-01 00:00+00'
                AND p_occurred_at < timestamptz '9000-01-01 00:00+00'
                AND (p_due_at IS NULL OR (p_due_at >= timestamptz '2000-01-01 00:00+00'
                                          AND p_due_at < timestamptz '9000-01-01 00:00+00')), false);
