-- Deletes what the broker said about queues that it was not asked about for an hour.
-- Returns: nothing.
-- Arguments: none.
-- Usage: task_ledger.projector.queue_depths.
DELETE FROM task_ledger.queue_depth WHERE asked_at < now() - interval '1 hour'
