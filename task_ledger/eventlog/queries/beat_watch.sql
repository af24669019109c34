-- Says what a beat knows of its schedule's entries.
-- Returns: nothing.
-- Arguments: names, tasks, schedules, projects and next_runs, arrays of the same length; seconds, until
--            it will have looked again.
-- Usage: task_ledger.celery.beat.
UPDATE task_ledger.beat_entry AS b
SET task = e.task, schedule = e.schedule, project_id = e.project, next_run_at = e.next_run,
    watched_until = clock_timestamp() + make_interval(secs => %(seconds)s)
FROM (
    SELECT u.*
    FROM unnest(%(names)s::text[], %(tasks)s::text[], %(schedules)s::text[], %(projects)s::text[],
                %(next_runs)s::timestamptz[]) AS u (name, task, schedule, project, next_run)
    JOIN task_ledger.beat_entry AS l ON l.name = u.name
    ORDER BY u.name
    FOR UPDATE OF l
) AS e
WHERE b.name = e.name
