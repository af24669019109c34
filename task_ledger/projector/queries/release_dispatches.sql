-- Releases dispatches that a pause held, once their queue is resumed, those stored first. Queues are read
-- one by one from the index, so what is still held costs nothing.
-- Returns: nothing.
-- Arguments: limit, for each queue.
-- Usage: task_ledger.projector.relay.
WITH RECURSIVE holding (queue) AS (
    SELECT min(o.held) FROM task_ledger.outbox AS o WHERE o.held IS NOT NULL
    UNION ALL
    SELECT (SELECT min(o.held) FROM task_ledger.outbox AS o WHERE o.held > holding.queue)
    FROM holding
    WHERE holding.queue IS NOT NULL
)
UPDATE task_ledger.outbox AS o
SET held = NULL, try_at = o.due_at
WHERE o.id = ANY (ARRAY(
    SELECT d.id
    FROM holding AS h
    CROSS JOIN LATERAL (
        SELECT c.id
        FROM task_ledger.outbox AS c
        WHERE c.held = h.queue
        ORDER BY c.id
        LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    ) AS d
    WHERE h.queue IS NOT NULL
        AND NOT EXISTS (SELECT FROM task_ledger.queue_pause AS p WHERE p.queue = h.queue)))
