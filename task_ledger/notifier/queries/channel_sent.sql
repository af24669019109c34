-- Records that a channel's receiver accepted a message.
-- Returns: nothing.
-- Arguments: channel.
-- Usage: task_ledger.notifier.sending. In a statement of its own: deleting a channel locks it before its
--        notifications, and would block one that locks them the other way round.
UPDATE task_ledger.notification_channel
SET sent_at = clock_timestamp(), failing_since = NULL, last_error = NULL
WHERE name = %(channel)s
