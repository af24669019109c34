-- How many workers of a host hold a lease.
-- Returns: one row, (count).
-- Arguments: host, as the worker's machine calls itself.
-- Usage: task-ledger alive worker.
SELECT count(*)
FROM task_ledger.worker_lease AS l
WHERE l.host = %(host)s AND l.ended_at IS NULL AND l.expires_at > now()
