-- Locks all of a follower's checkpoints until the end of the transaction, waiting for each.
-- Returns: one row a checkpoint.
-- Arguments: follower.
-- Usage: task_ledger.projector.rebuild; what is read by them must be read by a later statement.
SELECT shard FROM task_ledger.checkpoint WHERE follower = %(follower)s ORDER BY shard FOR UPDATE
