-- Renews a worker's lease.
-- Returns: when it expires; null for one that was ended.
-- Arguments: those of task_ledger.renew_lease.
-- Usage: task_ledger.celery.worker.leases.
SELECT task_ledger.renew_lease(
    %(boot)s, %(worker)s, %(host)s, %(pid)s, %(seconds)s, %(live)s::uuid[],
    %(can_terminate)s, %(pool)s, %(processes)s, %(queues)s::text[])
