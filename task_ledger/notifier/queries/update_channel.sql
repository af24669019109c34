-- Replaces the channel with this name; nothing is known yet of its deliveries.
-- Returns: nothing.
-- Arguments: the columns of task_ledger.notification_channel.
-- Usage: task_ledger.notifier.channels.
UPDATE task_ledger.notification_channel
SET kind = %(kind)s, address = %(address)s, secret = %(secret)s, shown = %(shown)s, made_by = %(made_by)s,
    made_at = clock_timestamp(), sent_at = NULL, failing_since = NULL, last_error = NULL
WHERE name = %(name)s
