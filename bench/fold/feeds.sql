-- Moves the feeds behind their events.
-- Arguments: none.
-- Usage: bench.fold.run.
SELECT setval(format('task_ledger.feed_%s', e.shard)::regclass, max(e.feed))
FROM task_ledger.task_event AS e
GROUP BY e.shard
