-- Deletes leases that have been over for a day.
-- Returns: nothing.
-- Arguments: none.
-- Usage: task_ledger.projector.reconciler.
DELETE FROM task_ledger.worker_lease WHERE expires_at < now() - interval '1 day'
