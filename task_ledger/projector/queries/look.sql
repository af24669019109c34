-- Where each feed is, and where a follower is in it. Locks nothing and draws no transaction id; it
-- costs sixteen checkpoints and sixteen sequences, however many gaps there are: the size tells
-- whether old gaps are stored without reading them (an empty array has 8 bytes at most).
-- Returns: (shard, head, cursor, gapped, saved, snapshot): head the highest number taken; gapped
--          whether there are gaps; saved what changes whenever the checkpoint does; snapshot the
--          statement's, as xmin:xmax:xid,xid,….
-- Arguments: follower.
-- Usage: task_ledger.projector.follower, at every tick, prepared.
SELECT
    c.shard, h.head, c.cursor, c.gaps <> '[]' OR pg_column_size(c.old_gaps) > 8,
    c.xmin::text, pg_current_snapshot()::text
FROM task_ledger.checkpoint AS c
JOIN task_ledger.feed_heads() AS h ON h.shard = c.shard
WHERE c.follower = %(follower)s
ORDER BY c.shard
