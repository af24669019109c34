-- Saves checkpoints that the transaction holds.
-- Returns: nothing.
-- Arguments: follower; arrays of one length: shards, cursors, holes (JSON).
-- Usage: services.projector.follower, with what was made of the events, in one transaction.
UPDATE ledger.checkpoint AS c
SET cursor = n.cursor, holes = n.holes, updated_at = clock_timestamp()
FROM unnest(%(shards)s::smallint[], %(cursors)s::bigint[], %(holes)s::jsonb[])
    AS n (shard, cursor, holes)
WHERE c.follower = %(follower)s AND c.shard = n.shard
