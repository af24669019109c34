-- Recounts all records.
-- Returns: one row with nothing in it.
-- Arguments: none.
-- Usage: task_ledger.projector.rebuild.
SELECT task_ledger.recount_tasks()
