-- Repairs the feeds, and lets the projector find what it has missed.
-- Returns: (shard, head, set_to, missed) of each feed with something to repair.
-- Arguments: none.
-- Usage: task_ledger.eventlog.feeds.
SELECT shard, head, set_to, missed FROM task_ledger.repair_feeds()
WHERE set_to > head OR missed > 0
ORDER BY shard
