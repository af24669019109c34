-- Rules by id.
-- Returns: id, channel, trigger, project_id, task_id, query, quiet_s, after_s, made_by, made_at, active_since,
--          paused_at, changed_by, changed_at.
-- Arguments: projects, null for all rules, otherwise only rules of one of these projects; after, an id;
--            limit, null for all.
-- Usage: task_ledger.notifier.rules.
SELECT r.id, r.channel, r.trigger, r.project_id, r.task_id, r.query, r.quiet_s, r.after_s, r.made_by, r.made_at,
    r.active_since, r.paused_at, r.changed_by, r.changed_at
FROM task_ledger.notification_rule AS r
WHERE r.id > %(after)s AND (%(projects)s::text[] IS NULL OR r.project_id = ANY (%(projects)s::text[]))
ORDER BY r.id
LIMIT %(limit)s::bigint
