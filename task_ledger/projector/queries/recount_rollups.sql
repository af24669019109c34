-- Counts a shard's rollups anew.
-- Returns: nothing.
-- Arguments: shard.
-- Usage: task_ledger.projector.rebuild.
SELECT task_ledger.recount_rollups(%(shard)s)
