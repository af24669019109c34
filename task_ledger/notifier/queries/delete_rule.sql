-- Deletes a rule.
-- Returns: the rule, in the columns of rules.sql; no row if it does not exist.
-- Arguments: id; projects, null for any.
-- Usage: task_ledger.notifier.rules.
DELETE FROM task_ledger.notification_rule AS r
WHERE r.id = %(id)s AND (%(projects)s::text[] IS NULL OR r.project_id = ANY (%(projects)s::text[]))
RETURNING r.id, r.channel, r.trigger, r.project_id, r.task_id, r.query, r.quiet_s, r.after_s, r.made_by, r.made_at,
    r.active_since, r.paused_at, r.changed_by, r.changed_at
