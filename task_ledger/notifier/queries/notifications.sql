-- The newest notifications in a state.
-- Returns: id, key, channel, trigger, project_id, task_id, state, tries, made_at, try_at, ended_at, last_error.
-- Arguments: state; projects, null for all; before, an id or null; limit.
-- Usage: task_ledger.notifier.notifications. Reads at most limit rows, or limit rows of each project.
WITH found AS (
    (SELECT n.id FROM task_ledger.notification AS n
     WHERE %(projects)s::text[] IS NULL AND n.state = %(state)s
         AND n.id < coalesce(%(before)s::bigint, 9223372036854775807)
     ORDER BY n.id DESC LIMIT %(limit)s)
    UNION ALL
    SELECT l.id
    FROM unnest(%(projects)s::text[]) AS p (project_id)
    CROSS JOIN LATERAL (
        SELECT n.id FROM task_ledger.notification AS n
        WHERE n.project_id = p.project_id AND n.state = %(state)s
            AND n.id < coalesce(%(before)s::bigint, 9223372036854775807)
        ORDER BY n.id DESC LIMIT %(limit)s) AS l
)
SELECT n.id, n.key, n.channel, n.trigger, n.project_id, n.task_id, n.state, n.tries, n.made_at, n.try_at,
    n.ended_at, n.last_error
FROM task_ledger.notification AS n
WHERE n.id IN (SELECT f.id FROM found AS f ORDER BY f.id DESC LIMIT %(limit)s)
ORDER BY n.id DESC
