-- Records that a notification was accepted.
-- Returns: nothing.
-- Arguments: id.
-- Usage: task_ledger.notifier.sending. Also if another notifier has taken it over.
UPDATE task_ledger.notification
SET state = 'sent', ended_at = clock_timestamp(), last_error = NULL
WHERE id = %(id)s
