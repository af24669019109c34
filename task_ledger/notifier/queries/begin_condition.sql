-- Records that a condition holds.
-- Returns: a row if it was not yet recorded for this rule.
-- Arguments: rule_id, subject.
-- Usage: task_ledger.notifier.conditions.
INSERT INTO task_ledger.notification_condition (rule_id, subject)
VALUES (%(rule_id)s, %(subject)s)
ON CONFLICT DO NOTHING
RETURNING rule_id
