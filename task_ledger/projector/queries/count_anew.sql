-- Resets the count of an attempt's dispatches once all of them are known to be gone: a task
-- registered after the third one, for the same queue, has been started, and no live worker has this
-- one. This assumes queues that deliver in order.
-- Returns: nothing.
-- Arguments: wait_s, for how many seconds after the third dispatch nothing is concluded.
-- Usage: task_ledger.projector.redispatch.
WITH spent AS MATERIALIZED (
    SELECT d.task_id, d.dispatched_at, r.queue
    FROM task_ledger.redispatch AS d
    JOIN task_ledger.task_record AS r ON r.task_id = d.task_id
    WHERE d.dispatches = 3 AND d.dispatched_at <= now() - make_interval(secs => %(wait_s)s)
        AND NOT EXISTS (
            SELECT FROM task_ledger.worker_lease AS l
            WHERE l.expires_at > now() AND d.task_id = ANY (l.live))
), started AS MATERIALIZED (
    SELECT later.queue, max(later.created_at) AS created_at
    FROM task_ledger.task_record AS later
    -- A UUIDv7 begins with its time in milliseconds, so the key leads to the newer tasks.
    WHERE later.started_at IS NOT NULL AND later.task_id > (
        SELECT (lpad(to_hex(floor(extract(epoch FROM min(s.dispatched_at)) * 1000)::bigint),
                     12, '0') || '70008000000000000000')::uuid
        FROM spent AS s)
    GROUP BY later.queue
)
UPDATE task_ledger.redispatch AS d
SET dispatches = 1
FROM spent AS s
JOIN started ON started.queue = s.queue AND started.created_at > s.dispatched_at
WHERE d.task_id = s.task_id
