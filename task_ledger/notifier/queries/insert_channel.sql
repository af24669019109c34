-- Adds a channel.
-- Returns: nothing.
-- Arguments: the columns of task_ledger.notification_channel.
-- Usage: task_ledger.notifier.channels.
INSERT INTO task_ledger.notification_channel (name, kind, address, secret, shown, made_by)
VALUES (%(name)s, %(kind)s, %(address)s, %(secret)s, %(shown)s, %(made_by)s)
