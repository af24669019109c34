-- Saves checkpoints that the transaction holds.
-- Returns: nothing.
-- Arguments: follower; arrays of one length: shards, cursors, gaps (JSON).
-- Usage: task_ledger.projector.follower, with what was made of the events, in one transaction.
UPDATE task_ledger.checkpoint AS c
SET cursor = n.cursor, gaps = n.gaps, updated_at = clock_timestamp()
FROM unnest(%(shards)s::smallint[], %(cursors)s::bigint[], %(gaps)s::jsonb[])
    AS n (shard, cursor, gaps)
WHERE c.follower = %(follower)s AND c.shard = n.shard
