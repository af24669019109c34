-- Deletes termination requests older than a day, whose claims have ended by now.
-- Returns: nothing.
-- Arguments: none.
-- Usage: task_ledger.projector.reconciler.
DELETE FROM task_ledger.termination WHERE asked_at < now() - interval '1 day'
