-- Stores a message and its first dispatch. Not granted to any role.
--
-- Returns: bigint, the message's id.
-- Arguments: p_task_id and p_attempt, null for an untracked message; p_due_at, when it is to
--            be published, null for no dispatch yet; p_message, {exchange, routing_key, content_type, content_encoding,
--            headers, properties, declare}; p_body, the serialised body.
-- Usage: ledger.enqueue, ledger.enqueue_next, ledger.send, ledger.send_on_failure.
CREATE OR REPLACE FUNCTION ledger.store_message(
    p_task_id uuid, p_attempt integer, p_due_at timestamptz, p_message json, p_body bytea
)
RETURNS bigint
LANGUAGE sql VOLATILE
BEGIN ATOMIC
    WITH stored AS (
        INSERT INTO ledger.message (task_id, exchange, routing_key, content_type, content_encoding,
                                    headers, properties, declare, body)
        VALUES (p_task_id, p_message ->> 'exchange', p_message ->> 'routing_key',
                p_message ->> 'content_type', p_message ->> 'content_encoding',
                p_message -> 'headers', p_message -> 'properties', p_message -> 'declare', p_body)
        RETURNING id
    ), dispatched AS (
        INSERT INTO ledger.outbox (message_id, task_id, attempt, due_at, try_at)
        SELECT id, p_task_id, p_attempt, p_due_at, p_due_at FROM stored WHERE p_due_at IS NOT NULL
    )
    SELECT id FROM stored;
END;
