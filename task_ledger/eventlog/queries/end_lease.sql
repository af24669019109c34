-- Ends a worker's lease.
-- Returns: nothing.
-- Arguments: boot.
-- Usage: task_ledger.celery.worker.leases.
SELECT task_ledger.end_lease(%(boot)s)
