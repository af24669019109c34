-- How far each follower has read in each shard: the feed number up to which it has read, and the
-- gaps below it (numbers that were drawn but not visible) as [[first, last, fence], …]. The fence
-- is a transaction id above that of every transaction that could fill the gap; null until it is
-- drawn. Gaps that rarely change, because a long transaction drew the numbers, are in old_gaps.
-- Usage: locked FOR UPDATE SKIP LOCKED by the follower that works on the shard, and saved in
-- the transaction of what it writes.
CREATE TABLE task_ledger.checkpoint (
    follower   text        NOT NULL,
    shard      smallint    NOT NULL CHECK (shard BETWEEN 0 AND 15),
    cursor     bigint      NOT NULL DEFAULT 0,
    gaps       jsonb       NOT NULL DEFAULT '[]',
    old_gaps   jsonb       NOT NULL DEFAULT '[]',
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (follower, shard)
) WITH (fillfactor = 50);

INSERT INTO task_ledger.checkpoint (follower, shard)
SELECT 'projector', shard FROM generate_series(0, 15) AS shard;
