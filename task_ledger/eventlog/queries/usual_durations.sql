-- How long runs of some types usually take.
-- Returns: (project_id, task_type, runs, p95_s, updated_at), of those that have `least` runs.
-- Arguments: projects and task_types, arrays of the same length; least.
-- Usage: task_ledger.eventlog.usual_durations.
SELECT u.project_id, u.task_type, u.runs, u.p95_s, u.updated_at
FROM unnest(%(projects)s::text[], %(task_types)s::text[]) AS wanted (project_id, task_type)
JOIN task_ledger.usual_duration AS u USING (project_id, task_type)
WHERE u.runs >= %(least)s
