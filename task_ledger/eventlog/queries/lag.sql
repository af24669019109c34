-- Events that the projector has not folded yet, in the statement's snapshot: those after its
-- cursors, and those that have become visible in gaps. If it is up to date, this reads only sixteen
-- checkpoints and sixteen feed heads; if it is behind, a bounded number of events, since every list
-- asks.
-- Returns: (events, oldest_s, quarantined, stopped): how many events are committed and not folded, of
--          each feed and gap the first `look`; the seconds since the oldest of them was recorded, 0
--          without one; how many tasks cannot
--          be folded, whose records stand still; whether a feed is below the projector's cursor.
-- Arguments: look.
-- Usage: task_ledger.eventlog.lag.
SELECT
    count(e.recorded_at) AS events,
    greatest(coalesce(extract(epoch FROM clock_timestamp() - min(e.recorded_at)), 0), 0)::float8
        AS oldest_s,
    (SELECT count(*) FROM task_ledger.dead_letter AS d WHERE d.follower = 'projector') AS quarantined,
    coalesce(bool_or(h.head < c.cursor), false) AS stopped
FROM task_ledger.checkpoint AS c
JOIN task_ledger.feed_heads() AS h ON h.shard = c.shard
LEFT JOIN LATERAL (
    SELECT t.recorded_at
    FROM (
        SELECT c.cursor + 1 AS first, h.head AS last WHERE h.head > c.cursor
        UNION ALL
        SELECT (gap ->> 0)::bigint, (gap ->> 1)::bigint FROM jsonb_array_elements(c.gaps || c.old_gaps) AS gap
    ) AS unread
    CROSS JOIN LATERAL (
        SELECT t.recorded_at
        FROM task_ledger.task_event AS t
        WHERE t.shard = c.shard AND t.feed BETWEEN unread.first AND unread.last
        ORDER BY t.feed
        LIMIT %(look)s
    ) AS t
) AS e ON true
WHERE c.follower = 'projector'
