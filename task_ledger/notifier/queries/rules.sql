-- All rules.
-- Returns: id, channel, trigger, project_id, task_id, query, quiet_s, after_s, made_by, made_at; by id.
-- Arguments: none.
-- Usage: task_ledger.notifier.rules.
SELECT r.id, r.channel, r.trigger, r.project_id, r.task_id, r.query, r.quiet_s, r.after_s, r.made_by, r.made_at
FROM task_ledger.notification_rule AS r
ORDER BY r.id
