-- How many tasks there are, how many have ended, and how many events there are.
SELECT count(*) FILTER (WHERE version = 1), count(*) FILTER (WHERE type IN ('completed', 'failed')),
    count(*)
FROM task_ledger.task_event
