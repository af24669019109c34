-- Saves checkpoints that the transaction holds.
-- Returns: (shard, saved); saved as of look.sql.
-- Arguments: follower; arrays of one length: shards, cursors, gaps (JSON), old_gaps (JSON, null to
--            leave them, and where they are stored, as they are).
-- Usage: task_ledger.projector.follower, with what was made of the events, in one transaction.
UPDATE task_ledger.checkpoint AS c
SET
    cursor = n.cursor, gaps = n.gaps, old_gaps = coalesce(n.old_gaps, c.old_gaps),
    updated_at = clock_timestamp()
FROM unnest(
    %(shards)s::smallint[], %(cursors)s::bigint[], %(gaps)s::jsonb[], %(old_gaps)s::jsonb[])
    AS n (shard, cursor, gaps, old_gaps)
WHERE c.follower = %(follower)s AND c.shard = n.shard
RETURNING c.shard, c.xmin::text
