-- Refuses a message that the relay could not publish, with the reason.
--
-- Returns: nothing; raises TL004.
-- Arguments: p_due_at, p_message and p_body of task_ledger.store_message.
-- Usage: task_ledger.store_message, when it has stored nothing.
CREATE OR REPLACE FUNCTION task_ledger.check_message(p_due_at timestamptz, p_message json, p_body bytea)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_wrong text;
BEGIN
    IF json_typeof(p_message) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'a message is a JSON object, this is %', coalesce(json_typeof(p_message), 'missing')
            USING ERRCODE = 'TL004';
    END IF;
    SELECT string_agg(format('%s is %s and must be %s', f.name, coalesce(json_typeof(p_message -> f.name), 'missing'), f.kind),
                      '; ' ORDER BY f.place)
    INTO v_wrong
    FROM (VALUES (1, 'exchange', 'string'), (2, 'routing_key', 'string'), (3, 'content_type', 'string'),
                 (4, 'content_encoding', 'string'), (5, 'headers', 'object'), (6, 'properties', 'object'),
                 (7, 'declare', 'array')) AS f(place, name, kind)
    WHERE json_typeof(p_message -> f.name) IS DISTINCT FROM f.kind;
    IF v_wrong IS NOT NULL THEN
        RAISE EXCEPTION 'a message''s %', v_wrong USING ERRCODE = 'TL004';
    END IF;
    IF p_body IS NULL THEN
        RAISE EXCEPTION 'a message needs a body' USING ERRCODE = 'TL004';
    END IF;
    RAISE EXCEPTION 'a message is due in the years 2000 to 8999, not at %', p_due_at USING ERRCODE = 'TL004';
END
$$;
