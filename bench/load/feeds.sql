-- Moves the feeds behind the events, and the projector with them, as if it had folded them all.
-- Arguments: none.
-- Usage: bench.load.fill.
WITH taken AS (
    SELECT e.shard, max(e.feed) AS feed FROM task_ledger.task_event AS e GROUP BY e.shard
), moved AS (
    SELECT t.shard, setval(format('task_ledger.feed_%%s', t.shard)::regclass, t.feed) AS feed FROM taken AS t
)
UPDATE task_ledger.checkpoint AS c SET cursor = m.feed FROM moved AS m WHERE c.shard = m.shard
