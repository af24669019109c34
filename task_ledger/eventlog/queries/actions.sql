-- The newest started actions, with the number of their tasks by outcome.
-- Returns: rows as of task_ledger.eventlog.actions.Action.
-- Arguments: projects, an array, or null for all; actor, whose actions on several projects are returned, too;
--            limit.
-- Usage: task_ledger.eventlog.actions.read_actions.
SELECT
    a.id, a.kind, a.terminate, a.project_id, a.query, a.actor, a.drafted_at, a.started_at, a.stopped_at, a.ended_at,
    c.tasks, c.outcomes
FROM (
    SELECT * FROM task_ledger.action AS w
    WHERE w.started_at IS NOT NULL
        AND (%(projects)s::text[] IS NULL OR w.project_id = ANY (%(projects)s::text[])
             OR w.project_id IS NULL AND w.actor = %(actor)s)
    ORDER BY w.started_at DESC, w.id
    LIMIT %(limit)s) AS a
CROSS JOIN LATERAL (
    SELECT coalesce(sum(o.tasks), 0)::integer AS tasks,
           coalesce(json_object_agg(o.outcome, o.tasks) FILTER (WHERE o.outcome IS NOT NULL), '{}') AS outcomes
    FROM (SELECT t.outcome, count(*) AS tasks FROM task_ledger.action_task AS t
          WHERE t.action_id = a.id GROUP BY t.outcome) AS o) AS c
ORDER BY a.started_at DESC, a.id
