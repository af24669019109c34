-- Deletes a rule's conditions that no longer hold.
-- Returns: nothing.
-- Arguments: rule_id; subjects, of the conditions that hold.
-- Usage: task_ledger.notifier.conditions.
DELETE FROM task_ledger.notification_condition AS c
WHERE c.rule_id = %(rule_id)s AND NOT c.subject = ANY (%(subjects)s::text[])
