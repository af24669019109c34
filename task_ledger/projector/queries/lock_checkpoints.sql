-- Locks those of a follower's checkpoints that are free, until the end of the transaction. Draws a
-- transaction id, so it is asked only when there is work.
-- Returns: (shard, cursor, gaps).
-- Arguments: follower; shards, an array.
-- Usage: task_ledger.projector.follower; what is read by them must be read by a later statement.
SELECT shard, cursor, gaps
FROM task_ledger.checkpoint
WHERE follower = %(follower)s AND shard = ANY (%(shards)s::smallint[])
ORDER BY shard
FOR UPDATE SKIP LOCKED
