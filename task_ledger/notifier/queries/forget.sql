-- Deletes notifications that were sent a week ago, or given up a quarter ago.
-- Returns: nothing.
-- Arguments: none.
-- Usage: task_ledger.notifier.outbox.
DELETE FROM task_ledger.notification AS n
WHERE (n.state = 'sent' AND n.ended_at < clock_timestamp() - interval '7 days')
    OR (n.state = 'dead' AND n.ended_at < clock_timestamp() - interval '90 days')
