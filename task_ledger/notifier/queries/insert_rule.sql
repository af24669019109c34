-- Adds a rule.
-- Returns: the rule, in the columns of rules.sql.
-- Arguments: the columns of task_ledger.notification_rule.
-- Usage: task_ledger.notifier.rules.
INSERT INTO task_ledger.notification_rule (channel, trigger, project_id, task_id, query, quiet_s, after_s, made_by)
VALUES (%(channel)s, %(trigger)s, %(project_id)s, %(task_id)s, %(query)s, %(quiet_s)s, %(after_s)s, %(made_by)s)
RETURNING id, channel, trigger, project_id, task_id, query, quiet_s, after_s, made_by, made_at
