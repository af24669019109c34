-- Counts an attempt's dispatches anew when all of them are known to be gone: a task that was
-- registered after the third one, for the same queue, has been started, and no living worker has
-- ours. This goes by queues that deliver in order.
-- Returns: nothing.
-- Arguments: wait_s, for how many seconds after the third dispatch nothing is concluded.
-- Usage: services.projector.unclaimed.
UPDATE ledger.redispatch AS d
SET dispatches = 1
FROM ledger.task_record AS r
WHERE d.dispatches = 3 AND d.dispatched_at <= now() - make_interval(secs => %(wait_s)s)
    AND r.task_id = d.task_id
    AND NOT EXISTS (
        SELECT FROM ledger.worker_lease AS l
        WHERE l.expires_at > now() AND d.task_id = ANY (l.live))
    AND EXISTS (
        SELECT
        FROM ledger.task_record AS later
        -- A UUIDv7 begins with its time in milliseconds, so the key leads to the newer tasks.
        WHERE later.task_id > (lpad(to_hex(
                floor(extract(epoch FROM d.dispatched_at) * 1000)::bigint), 12, '0')
                || '70008000000000000000')::uuid
            AND later.created_at > d.dispatched_at AND later.queue = r.queue
            AND later.started_at IS NOT NULL)
