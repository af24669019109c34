-- Creates a test notification.
-- Returns: its id.
-- Arguments: channel.
-- Usage: task_ledger.notifier.notifications.
INSERT INTO task_ledger.notification (channel, trigger)
VALUES (%(channel)s, 'notification.test')
RETURNING id
