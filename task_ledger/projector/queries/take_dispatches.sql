-- Locks dispatches until the end of the transaction, except those locked or deleted by others.
-- Returns: (id, due_at, task_id, attempt, tries), then the message's columns; all of them null when the
--          message is gone or only kept to be run again, because the task has ended; last, the queue
--          that it would go to if that is paused.
-- Arguments: ids, an array.
-- Usage: task_ledger.projector.relay.
SELECT
    o.id, o.due_at, o.task_id, o.attempt, o.tries,
    m.id, m.exchange, m.routing_key, m.content_type, m.content_encoding, m.headers, m.properties,
    m.declare, m.body, p.queue
FROM task_ledger.outbox AS o
LEFT JOIN task_ledger.message AS m ON m.id = o.message_id AND m.forget_at IS NULL
LEFT JOIN task_ledger.queue_pause AS p
    ON p.queue = coalesce(m.declare -> 0 ->> 'name', m.routing_key)
WHERE o.id = ANY (%(ids)s::bigint[])
ORDER BY o.try_at, o.id
FOR UPDATE OF o SKIP LOCKED
