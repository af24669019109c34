-- The shards of ranges in which an event is visible. It costs one look at the index for each range
-- and partition.
-- Returns: (shard).
-- Arguments: arrays of one length: shards; firsts and lasts, feed numbers, both included.
-- Usage: task_ledger.projector.follower, when a transaction has ended that could have filled a gap.
SELECT DISTINCT wanted.shard
FROM unnest(%(shards)s::smallint[], %(firsts)s::bigint[], %(lasts)s::bigint[])
    AS wanted (shard, first, last)
WHERE EXISTS (
    SELECT FROM task_ledger.task_event AS e
    WHERE e.shard = wanted.shard AND e.feed BETWEEN wanted.first AND wanted.last)
