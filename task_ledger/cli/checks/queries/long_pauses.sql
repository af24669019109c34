-- Queues that have been paused for some time.
-- Returns: (queue, since when, by whom, why), the first to be paused first.
-- Arguments: since_s, for how many seconds at least.
-- Usage: task-ledger doctor.
SELECT p.queue, p.paused_at, p.paused_by, p.reason
FROM task_ledger.queue_pause AS p
WHERE p.paused_at < now() - make_interval(secs => %(since_s)s)
ORDER BY p.paused_at, p.queue
