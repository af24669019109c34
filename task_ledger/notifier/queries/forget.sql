-- Deletes notifications sent more than 7 days ago, or given up more than 90 days ago.
-- Returns: nothing.
-- Arguments: none.
-- Usage: task_ledger.notifier.outbox.
DELETE FROM task_ledger.notification AS n
WHERE (n.state = 'sent' AND n.ended_at < clock_timestamp() - interval '7 days')
    OR (n.state = 'dead' AND n.ended_at < clock_timestamp() - interval '90 days')
