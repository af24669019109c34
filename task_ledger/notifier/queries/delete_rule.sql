-- Deletes a rule.
-- Returns: nothing.
-- Arguments: id; project_id, null for any.
-- Usage: task_ledger.notifier.rules.
DELETE FROM task_ledger.notification_rule WHERE id = %(id)s AND (%(project_id)s::text IS NULL OR project_id = %(project_id)s::text)
