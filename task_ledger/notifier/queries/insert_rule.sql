-- Adds a rule.
-- Returns: the rule, in the columns of rules.sql; no row if the channel is already notified of the end of
--          this task.
-- Arguments: the columns of task_ledger.notification_rule.
-- Usage: task_ledger.notifier.rules.
INSERT INTO task_ledger.notification_rule (channel, trigger, project_id, task_id, query, quiet_s, after_s, made_by)
VALUES (%(channel)s, %(trigger)s, %(project_id)s, %(task_id)s, %(query)s, %(quiet_s)s, %(after_s)s, %(made_by)s)
ON CONFLICT (task_id, channel) WHERE task_id IS NOT NULL DO NOTHING
RETURNING id, channel, trigger, project_id, task_id, query, quiet_s, after_s, made_by, made_at, active_since, paused_at,
    changed_by, changed_at
