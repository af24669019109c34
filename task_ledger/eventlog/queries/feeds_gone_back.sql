-- Feeds whose sequence is below a number that a follower has passed, or that an event has: new
-- events would get numbers at which nobody looks any more, or that there are already. It costs
-- one look at the index for each feed and partition.
-- Returns: (shard, head, cursor, highest), head the highest number taken, cursor the highest that a
--          follower has passed, highest that of an event; no row when all is well.
-- Arguments: none.
-- Usage: task_ledger.eventlog.feeds.
SELECT h.shard, h.head, c.cursor, e.highest
FROM (
    SELECT f.shard, max(f.cursor) AS cursor FROM task_ledger.checkpoint AS f GROUP BY f.shard
) AS c
JOIN task_ledger.feed_heads() AS h ON h.shard = c.shard
CROSS JOIN LATERAL (
    SELECT coalesce((
        SELECT t.feed FROM task_ledger.task_event AS t
        WHERE t.shard = c.shard ORDER BY t.feed DESC LIMIT 1), 0) AS highest
) AS e
WHERE h.head < greatest(c.cursor, e.highest)
ORDER BY h.shard
