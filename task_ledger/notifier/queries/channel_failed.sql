-- Records that a try to send to a channel failed.
-- Returns: nothing.
-- Arguments: channel; reason.
-- Usage: task_ledger.notifier.sending; as channel_sent.sql.
UPDATE task_ledger.notification_channel
SET failing_since = coalesce(failing_since, clock_timestamp()), last_error = %(reason)s
WHERE name = %(channel)s
