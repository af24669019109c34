-- Notes that a notification was accepted.
-- Returns: nothing.
-- Arguments: id.
-- Usage: task_ledger.notifier.sending. It was accepted whoever has taken it over meanwhile.
UPDATE task_ledger.notification
SET state = 'sent', ended_at = clock_timestamp(), last_error = NULL
WHERE id = %(id)s
