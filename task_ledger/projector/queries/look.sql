-- The shards in which a follower has something to do: a number was taken behind the cursor, or
-- a gap has no fence yet, can be forgotten, or has been filled; and those it must not go on with,
-- because the highest number taken is below the cursor. Locks nothing and draws no
-- transaction id; when nothing happens it costs sixteen checkpoints and sixteen sequences.
-- Returns: (shard, head, cursor), head the highest number taken.
-- Arguments: follower.
-- Usage: task_ledger.projector.follower, at every tick, prepared.
SELECT c.shard, h.head, c.cursor
FROM task_ledger.checkpoint AS c
JOIN task_ledger.feed_heads() AS h ON h.shard = c.shard
WHERE c.follower = %(follower)s
    AND (h.head <> c.cursor OR EXISTS (
        SELECT
        FROM jsonb_array_elements(c.gaps) AS gap,
             (SELECT pg_current_snapshot() AS taken) AS snapshot
        WHERE gap ->> 2 IS NULL
            OR (gap ->> 2)::bigint <= pg_snapshot_xmin(snapshot.taken)::text::bigint
            OR (gap ->> 2)::bigint >= pg_snapshot_xmax(snapshot.taken)::text::bigint
            OR EXISTS (
                SELECT FROM task_ledger.task_event AS e
                WHERE e.shard = c.shard
                    AND e.feed BETWEEN (gap ->> 0)::bigint AND (gap ->> 1)::bigint)))
