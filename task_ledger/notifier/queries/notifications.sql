-- The newest notifications in a state.
-- Returns: id, key, channel, trigger, project_id, task_id, state, tries, made_at, try_at, ended_at, last_error.
-- Arguments: state; projects, null for all; before, an id or null; limit.
-- Usage: task_ledger.notifier.notifications.
SELECT n.id, n.key, n.channel, n.trigger, n.project_id, n.task_id, n.state, n.tries, n.made_at, n.try_at,
    n.ended_at, n.last_error
FROM task_ledger.notification AS n
WHERE n.state = %(state)s
    AND (%(projects)s::text[] IS NULL OR n.project_id = ANY (%(projects)s::text[]))
    AND (%(before)s::bigint IS NULL OR n.id < %(before)s::bigint)
ORDER BY n.id DESC
LIMIT %(limit)s
