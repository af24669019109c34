-- Counts all records anew.
-- Returns: one row with nothing in it.
-- Arguments: none.
-- Usage: services.projector.rebuild.
SELECT ledger.recount_tasks()
