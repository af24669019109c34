-- Whether a follower has something to do in the gaps of some shards: one has no fence yet, can be
-- forgotten, or has been filled. It costs one look at the index for each gap and partition.
-- Returns: (shard, work, fence): the highest fence of the shard's gaps, null when none has one.
-- Arguments: follower; shards, an array.
-- Usage: task_ledger.projector.follower, when a transaction has ended that could have filled one.
SELECT
    c.shard,
    bool_or(
        gap ->> 2 IS NULL
        OR (gap ->> 2)::bigint <= pg_snapshot_xmin(snapshot.taken)::text::bigint
        OR (gap ->> 2)::bigint >= pg_snapshot_xmax(snapshot.taken)::text::bigint
        OR EXISTS (
            SELECT FROM task_ledger.task_event AS e
            WHERE e.shard = c.shard
                AND e.feed BETWEEN (gap ->> 0)::bigint AND (gap ->> 1)::bigint)),
    max((gap ->> 2)::bigint)
FROM task_ledger.checkpoint AS c
CROSS JOIN jsonb_array_elements(c.gaps) AS gap
CROSS JOIN (SELECT pg_current_snapshot() AS taken) AS snapshot
WHERE c.follower = %(follower)s AND c.shard = ANY (%(shards)s::smallint[])
GROUP BY c.shard
