-- Attempts of one worker whose process must be killed.
-- Returns: (task_id, pid), the child that has claimed it.
-- Arguments: boot; live, the tasks that the worker works on.
-- Usage: task_ledger.celery.worker.terminating, after each renewal of the lease.
SELECT t.task_id, (s.data ->> 'pid')::integer
FROM task_ledger.termination AS t
CROSS JOIN LATERAL (
    SELECT e.bucket, e.state, e.claim
    FROM task_ledger.task_event AS e
    WHERE e.bucket = task_ledger.bucket_of(t.task_id) AND e.task_id = t.task_id
    ORDER BY e.version DESC
    LIMIT 1
) AS last
JOIN task_ledger.task_event AS s
    ON s.bucket = last.bucket AND s.task_id = t.task_id AND s.type = 'started'
    AND s.claim = last.claim
WHERE t.task_id = ANY (%(live)s::uuid[]) AND last.state IN ('started', 'progress')
    AND last.claim = t.claim AND (s.data ->> 'boot')::uuid = %(boot)s
