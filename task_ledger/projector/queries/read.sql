-- Events of several ranges of feed numbers, and what their snapshot knew about transactions: one
-- statement, so one snapshot.
-- Returns: (own, snapshot), the transaction's id and the statement's snapshot as
--          xmin:xmax:xid,xid,…, then an event's columns, in the order of feed; one row without an
--          event when there is none.
-- Arguments: arrays of one length: shards; firsts and lasts, feed numbers, both included;
--            limits, how many events of the range, lowest first; null for all. A number that two
--            events have, as after a sequence went back, is read whole.
-- Usage: task_ledger.projector.follower, prepared, in the transaction that holds the checkpoints.
SELECT
    pg_current_xact_id()::text::bigint,
    s.taken::text,
    {event:e}
FROM (SELECT pg_current_snapshot() AS taken) AS s
LEFT JOIN (
    unnest(%(shards)s::smallint[], %(firsts)s::bigint[], %(lasts)s::bigint[], %(limits)s::integer[])
        AS wanted (shard, first, last, maximum)
    CROSS JOIN LATERAL (
        SELECT t.*
        FROM task_ledger.task_event AS t
        WHERE t.shard = wanted.shard AND t.feed BETWEEN wanted.first AND wanted.last
        ORDER BY t.feed
        FETCH FIRST wanted.maximum ROWS WITH TIES
    ) AS e
) ON true
ORDER BY e.feed
