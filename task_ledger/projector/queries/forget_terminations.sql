-- Deletes what was asked of workers a day ago: who still held such a claim has lost it by now.
-- Returns: nothing.
-- Arguments: none.
-- Usage: task_ledger.projector.reconciler.
DELETE FROM task_ledger.termination WHERE asked_at < now() - interval '1 day'
