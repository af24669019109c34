-- One action, with the number of its tasks by outcome.
-- Returns: one row as of task_ledger.eventlog.actions.Action, or none.
-- Arguments: id.
-- Usage: task_ledger.eventlog.actions.read_action. Reads the action's tasks, at most 10,000.
SELECT
    a.id, a.kind, a.terminate, a.project_id, a.query, a.actor, a.drafted_at, a.started_at, a.stopped_at, a.ended_at,
    c.tasks, c.outcomes
FROM task_ledger.action AS a
CROSS JOIN LATERAL (
    SELECT coalesce(sum(o.tasks), 0)::integer AS tasks,
           coalesce(json_object_agg(o.outcome, o.tasks) FILTER (WHERE o.outcome IS NOT NULL), '{}') AS outcomes
    FROM (SELECT t.outcome, count(*) AS tasks FROM task_ledger.action_task AS t
          WHERE t.action_id = a.id GROUP BY t.outcome) AS o) AS c
WHERE a.id = %(id)s
