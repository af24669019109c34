-- The standing rules: all but the paused ones and those for the end of one task.
-- Returns: as rules.sql.
-- Arguments: none.
-- Usage: task_ledger.notifier.following and conditions.
SELECT r.id, r.channel, r.trigger, r.project_id, r.task_id, r.query, r.quiet_s, r.after_s, r.made_by, r.made_at,
    r.active_since, r.paused_at, r.changed_by, r.changed_at
FROM task_ledger.notification_rule AS r
WHERE r.task_id IS NULL AND r.paused_at IS NULL
ORDER BY r.id
