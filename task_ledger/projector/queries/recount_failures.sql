-- Makes the groups of failures anew from all records.
-- Returns: one row with nothing in it.
-- Arguments: none.
-- Usage: task_ledger.projector.rebuild.
SELECT task_ledger.recount_failures()
