-- Locks those of a follower's checkpoints that are free, until the end of the transaction. Draws a
-- transaction id, so it is asked only when there is work.
-- Returns: (shard, saved, cursor, gaps, old_gaps); saved as of look.sql; the gaps are null for a
--          checkpoint that is as known.
-- Arguments: follower; arrays of one length: shards; known, what `saved` was when the checkpoint was
--            last saved or read, empty when it never was.
-- Usage: task_ledger.projector.follower; what is read by them must be read by a later statement.
SELECT
    c.shard, c.xmin::text, c.cursor,
    CASE WHEN c.xmin::text <> k.saved THEN c.gaps END,
    CASE WHEN c.xmin::text <> k.saved THEN c.old_gaps END
FROM task_ledger.checkpoint AS c
JOIN unnest(%(shards)s::smallint[], %(known)s::text[]) AS k (shard, saved) ON k.shard = c.shard
WHERE c.follower = %(follower)s
ORDER BY c.shard
FOR UPDATE OF c SKIP LOCKED
