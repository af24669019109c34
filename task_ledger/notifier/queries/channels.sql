-- All channels, without addresses and secrets.
-- Returns: name, kind, shown, made_by, made_at; by name.
-- Arguments: none.
-- Usage: task_ledger.notifier.channels.
SELECT c.name, c.kind, c.shown, c.made_by, c.made_at
FROM task_ledger.notification_channel AS c
ORDER BY c.name
