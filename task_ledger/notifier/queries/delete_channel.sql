-- Deletes a channel with its rules and notifications.
-- Returns: nothing.
-- Arguments: name.
-- Usage: task_ledger.notifier.channels.
DELETE FROM task_ledger.notification_channel WHERE name = %(name)s
