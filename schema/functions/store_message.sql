-- Stores a message and its first dispatch. Not granted to any role.
--
-- Returns: bigint, the message's id; raises TL004 (not a valid message, or its due year is out of range).
-- Arguments: p_task_id and p_attempt, null for an untracked message; p_due_at, when to publish it, null
--            for no dispatch yet; p_message, {exchange, routing_key, content_type, content_encoding:
--            text, headers, properties: objects, declare: an array}; p_body, the serialised body.
-- Usage: task_ledger.enqueue, task_ledger.enqueue_next, task_ledger.send, task_ledger.send_on_failure.
CREATE OR REPLACE FUNCTION task_ledger.store_message(
    p_task_id uuid, p_attempt integer, p_due_at timestamptz, p_message json, p_body bytea
)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_id bigint;
BEGIN
    -- Checks and stores in one pass over the text; task_ledger.check_message gives the reason.
    INSERT INTO task_ledger.message (task_id, exchange, routing_key, content_type, content_encoding,
                                headers, properties, declare, body)
    SELECT p_task_id, m.exchange #>> '{}', m.routing_key #>> '{}', m.content_type #>> '{}',
           m.content_encoding #>> '{}', m.headers, m.properties, m.declare, p_body
    FROM json_to_record(CASE json_typeof(p_message) WHEN 'object' THEN p_message END) AS m(
        exchange json, routing_key json, content_type json, content_encoding json,
        headers json, properties json, declare json)
    WHERE json_typeof(m.exchange) = 'string' AND json_typeof(m.routing_key) = 'string'
      AND json_typeof(m.content_type) = 'string' AND json_typeof(m.content_encoding) = 'string'
      AND json_typeof(m.headers) = 'object' AND json_typeof(m.properties) = 'object'
      AND json_typeof(m.declare) = 'array' AND p_body IS NOT NULL
      AND coalesce(p_due_at BETWEEN timestamptz '2000-01-01 00:00+00' AND timestamptz '9000-01-01 00:00+00', true)
    RETURNING id INTO v_id;
    IF v_id IS NULL THEN
        PERFORM task_ledger.check_message(p_due_at, p_message, p_body);
    END IF;
    IF p_due_at IS NOT NULL THEN
        INSERT INTO task_ledger.outbox (message_id, task_id, attempt, due_at, try_at)
        VALUES (v_id, p_task_id, p_attempt, p_due_at, p_due_at);
    END IF;
    RETURN v_id;
END
$$;
