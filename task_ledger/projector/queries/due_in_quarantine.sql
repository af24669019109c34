-- Tasks in quarantine that are due for another try: 2, 4, 8 … seconds after the last one, and
-- every five minutes in the long run. Locks nothing.
-- Returns: (task_id, shard), the longest waiting first.
-- Arguments: follower; limit.
-- Usage: task_ledger.projector.quarantine.
SELECT d.task_id, e.shard
FROM task_ledger.dead_letter AS d
JOIN task_ledger.task_event AS e
    ON e.bucket = task_ledger.bucket_of(d.task_id) AND e.task_id = d.task_id AND e.version = 1
WHERE d.follower = %(follower)s
    AND d.failed_at < now() - least(interval '1 s' * 2 ^ least(d.tries, 20), interval '5 min')
ORDER BY d.failed_at
LIMIT %(limit)s
