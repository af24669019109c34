-- Stores what the broker said about queues.
-- Returns: nothing.
-- Arguments: queues, messages and consumers, arrays of the same length.
-- Usage: task_ledger.projector.queue_depths.
INSERT INTO task_ledger.queue_depth AS d (queue, messages, consumers, asked_at)
SELECT f.queue, f.messages, f.consumers, clock_timestamp()
FROM unnest(%(queues)s::text[], %(messages)s::bigint[], %(consumers)s::bigint[])
    AS f (queue, messages, consumers)
ORDER BY f.queue
ON CONFLICT (queue) DO UPDATE
SET messages = excluded.messages, consumers = excluded.consumers, asked_at = excluded.asked_at
