-- Channels, without addresses and secrets.
-- Returns: name, kind, shown, made_by, made_at, sent_at, failing_since, last_error; by name.
-- Arguments: after, a name ('' for the first); limit, null for all.
-- Usage: task_ledger.notifier.channels.
SELECT c.name, c.kind, c.shown, c.made_by, c.made_at, c.sent_at, c.failing_since, c.last_error
FROM task_ledger.notification_channel AS c
WHERE c.name > %(after)s
ORDER BY c.name
LIMIT %(limit)s::bigint
