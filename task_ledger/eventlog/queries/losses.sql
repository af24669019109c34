-- A task's limit of attempts, and how many of its last attempts in a row were lost with their
-- workers or killed at their time limit, or met a server without room. Shortages neither count as
-- losses nor interrupt a row of them.
-- Returns: (max_attempts, losses, shortages); no row for an unknown task.
-- Arguments: task_id.
-- Usage: task_ledger.eventlog.closing.
SELECT last.max_attempts,
    (SELECT count(*)
     FROM task_ledger.task_event AS e
     WHERE e.bucket = last.bucket AND e.task_id = last.task_id AND e.type = 'retrying'
         AND e.data ->> 'reason' <> 'shortage'
         AND e.version > coalesce((
             SELECT max(o.version)
             FROM task_ledger.task_event AS o
             WHERE o.bucket = last.bucket AND o.task_id = last.task_id AND o.type = 'retrying'
                 AND o.data ->> 'reason' NOT IN ('worker_lost', 'timeout', 'shortage')), 0)),
    (SELECT count(*)
     FROM task_ledger.task_event AS e
     WHERE e.bucket = last.bucket AND e.task_id = last.task_id AND e.type = 'retrying'
         AND e.version > coalesce((
             SELECT max(o.version)
             FROM task_ledger.task_event AS o
             WHERE o.bucket = last.bucket AND o.task_id = last.task_id AND o.type = 'retrying'
                 AND o.data ->> 'reason' <> 'shortage'), 0))
FROM task_ledger.task_event AS last
WHERE last.bucket = task_ledger.bucket_of(%(task_id)s) AND last.task_id = %(task_id)s
ORDER BY last.version DESC
LIMIT 1
