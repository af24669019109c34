-- Each follower's lag in each shard, and the number of gaps it remembers.
-- Returns: (follower, shard, numbers, gaps).
-- Arguments: none.
-- Usage: task_ledger.metrics.gauges.
SELECT c.follower, c.shard, greatest(h.head - c.cursor, 0),
    jsonb_array_length(c.gaps) + jsonb_array_length(c.old_gaps)
FROM task_ledger.checkpoint AS c
JOIN task_ledger.feed_heads() AS h ON h.shard = c.shard
ORDER BY c.follower, c.shard
