-- Deletes a rule.
-- Returns: nothing.
-- Arguments: id.
-- Usage: task_ledger.notifier.rules.
DELETE FROM task_ledger.notification_rule WHERE id = %(id)s
