-- Holds dispatches until their queues are resumed.
-- Returns: nothing.
-- Arguments: ids and queues, arrays of the same length.
-- Usage: task_ledger.projector.relay, in the transaction that took them.
UPDATE task_ledger.outbox AS o
SET held = h.queue, try_at = 'infinity'
FROM unnest(%(ids)s::bigint[], %(queues)s::text[]) AS h (id, queue)
WHERE o.id = h.id
