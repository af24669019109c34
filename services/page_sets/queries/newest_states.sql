-- What some tasks are doing, by the log.
-- Returns: (id, ended, cancelled), one row for each task; an id that no task has is left out.
-- Arguments: ids, uuid[].
-- Usage: services.page_sets.states.
SELECT asked.id, newest.state IN ('completed', 'failed') AS ended, newest.cancel_requested
FROM unnest(%(ids)s::uuid[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT e.state, e.cancel_requested
    FROM task_ledger.task_event AS e
    WHERE e.bucket = task_ledger.bucket_of(asked.id) AND e.task_id = asked.id
    ORDER BY e.version DESC
    LIMIT 1
) AS newest
