-- Attempts that were started, and why those that ended without an end of their task did.
SELECT 'started', count(*) FROM task_ledger.task_event WHERE type = 'started'
UNION ALL
(SELECT 'retried: ' || (data ->> 'reason'), count(*)
 FROM task_ledger.task_event WHERE type = 'retrying' GROUP BY 1 ORDER BY 2 DESC)
UNION ALL
SELECT 'most of one task', coalesce(max(attempt), 0) FROM task_ledger.task_event
