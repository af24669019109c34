-- The head of each feed, and a follower's position in it. Locks nothing and draws no transaction
-- id; reads sixteen checkpoints and sixteen sequences, regardless of the number of gaps.
-- Returns: (shard, head, cursor, gapped, saved, snapshot): head the highest number taken; gapped
--          whether there are gaps; saved what changes whenever the checkpoint does; snapshot the
--          statement's, as xmin:xmax:xid,xid,….
-- Arguments: follower.
-- Usage: task_ledger.projector.follower, at every tick, prepared.
SELECT c.shard, h.head, c.cursor, c.gaps <> '[]', c.xmin::text, pg_current_snapshot()::text
FROM task_ledger.checkpoint AS c
JOIN task_ledger.feed_heads() AS h ON h.shard = c.shard
WHERE c.follower = %(follower)s
ORDER BY c.shard
