-- The claim that holds a task.
-- Returns: (claim, attempt, boot, pid): the claim, its attempt, and the worker process that
--          drew it; no row when no claim holds the task.
-- Arguments: task_id.
-- Usage: task_ledger.celery.worker.request.
SELECT last.claim, last.attempt, (s.data ->> 'boot')::uuid, (s.data ->> 'pid')::integer
FROM (
    SELECT *
    FROM task_ledger.task_event
    WHERE bucket = task_ledger.bucket_of(%(task_id)s) AND task_id = %(task_id)s
    ORDER BY version DESC
    LIMIT 1
) AS last
JOIN task_ledger.task_event AS s
    ON s.bucket = last.bucket AND s.task_id = last.task_id AND s.type = 'started'
    AND s.claim = last.claim
WHERE last.state IN ('started', 'progress')
