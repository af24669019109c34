-- Replaces the channel with this name.
-- Returns: nothing.
-- Arguments: the columns of task_ledger.notification_channel.
-- Usage: task_ledger.notifier.channels.
UPDATE task_ledger.notification_channel
SET kind = %(kind)s, address = %(address)s, secret = %(secret)s, shown = %(shown)s, made_by = %(made_by)s,
    made_at = clock_timestamp()
WHERE name = %(name)s
