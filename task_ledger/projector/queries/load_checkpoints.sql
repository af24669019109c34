-- A follower's checkpoints with all their gaps.
-- Returns: (shard, saved, cursor, gaps, old_gaps); saved as of look.sql.
-- Arguments: follower; shards, an array.
-- Usage: task_ledger.projector.follower, for checkpoints that it has not saved itself.
SELECT shard, xmin::text, cursor, gaps, old_gaps
FROM task_ledger.checkpoint
WHERE follower = %(follower)s AND shard = ANY (%(shards)s::smallint[])
