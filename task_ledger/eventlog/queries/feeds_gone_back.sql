-- Feeds whose sequence is below a number that a follower has passed, or that an event has: new
-- events would get numbers at which nobody looks any more, or that there are already. And feeds
-- whose sequence was, and has passed the projector's cursor again: of the events right below the
-- cursor, some are neither numbered in a timeline nor in a gap. For each feed and partition, it costs
-- a look at the index and at the last events.
-- Returns: (shard, head, cursor, highest, missed), head the highest number taken, cursor the highest
--          that a follower has passed, highest that of an event, missed whether the projector has
--          passed events without reading them; no row when all is well.
-- Arguments: look, how many events below each cursor to look at.
-- Usage: task_ledger.eventlog.feeds.
SELECT f.shard, f.head, f.cursor, f.highest, f.missed
FROM (
    SELECT
        c.shard, h.head, max(c.cursor) AS cursor, e.highest, bool_or(m.missed) AS missed
    FROM task_ledger.checkpoint AS c
    JOIN task_ledger.feed_heads() AS h ON h.shard = c.shard
    CROSS JOIN LATERAL (
        SELECT coalesce((
            SELECT t.feed FROM task_ledger.task_event AS t
            WHERE t.shard = c.shard ORDER BY t.feed DESC LIMIT 1), 0) AS highest
    ) AS e
    CROSS JOIN LATERAL (
        SELECT c.follower = 'projector' AND EXISTS (
            SELECT
            FROM (
                SELECT t.feed, t.bucket, t.task_id, t.version FROM task_ledger.task_event AS t
                WHERE t.shard = c.shard AND t.feed <= c.cursor
                ORDER BY t.feed DESC
                LIMIT %(look)s
            ) AS last
            WHERE NOT EXISTS (
                    SELECT FROM task_ledger.project_timeline AS t
                    WHERE t.bucket = last.bucket AND t.task_id = last.task_id AND t.version = last.version)
                AND NOT EXISTS (
                    SELECT FROM jsonb_array_elements(c.gaps || c.old_gaps) AS gap
                    WHERE last.feed BETWEEN (gap ->> 0)::bigint AND (gap ->> 1)::bigint)
        ) AS missed
    ) AS m
    GROUP BY c.shard, h.head, e.highest
) AS f
WHERE f.head < greatest(f.cursor, f.highest) OR f.missed
ORDER BY f.shard
