-- All rules, or those of a project.
-- Returns: id, channel, trigger, project_id, task_id, query, quiet_s, after_s, made_by, made_at; by id.
-- Arguments: project_id, null for all.
-- Usage: task_ledger.notifier.rules.
SELECT r.id, r.channel, r.trigger, r.project_id, r.task_id, r.query, r.quiet_s, r.after_s, r.made_by, r.made_at
FROM task_ledger.notification_rule AS r
WHERE %(project_id)s::text IS NULL OR r.project_id = %(project_id)s::text
ORDER BY r.id
