-- Records that a condition holds.
-- Returns: a row if it was not yet recorded for this rule since the rule was created or resumed.
-- Arguments: rule_id, subject, active_since.
-- Usage: task_ledger.notifier.conditions.
INSERT INTO task_ledger.notification_condition AS c (rule_id, subject)
VALUES (%(rule_id)s, %(subject)s)
ON CONFLICT (rule_id, subject) DO UPDATE SET since = clock_timestamp() WHERE c.since < %(active_since)s
RETURNING rule_id
