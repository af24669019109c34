-- Changes, pauses or resumes a standing rule. A resumed rule applies to what is recorded from then on.
-- Returns: the rule, in the columns of rules.sql; no row if it does not exist.
-- Arguments: id; projects, null for any; changed_by; channel, query, quiet_s, after_s and paused, each null
--            to leave it.
-- Usage: task_ledger.notifier.rules.
UPDATE task_ledger.notification_rule AS r
SET channel = coalesce(%(channel)s::text, r.channel),
    query = coalesce(%(query)s::text, r.query),
    quiet_s = coalesce(%(quiet_s)s::float8, r.quiet_s),
    after_s = coalesce(%(after_s)s::float8, r.after_s),
    active_since = CASE WHEN NOT %(paused)s::boolean AND r.paused_at IS NOT NULL THEN clock_timestamp()
                        ELSE r.active_since END,
    paused_at = CASE %(paused)s::boolean WHEN true THEN coalesce(r.paused_at, clock_timestamp())
                     WHEN false THEN NULL ELSE r.paused_at END,
    changed_by = %(changed_by)s,
    changed_at = clock_timestamp()
WHERE r.id = %(id)s AND r.task_id IS NULL
    AND (%(projects)s::text[] IS NULL OR r.project_id = ANY (%(projects)s::text[]))
RETURNING r.id, r.channel, r.trigger, r.project_id, r.task_id, r.query, r.quiet_s, r.after_s, r.made_by, r.made_at,
    r.active_since, r.paused_at, r.changed_by, r.changed_at
