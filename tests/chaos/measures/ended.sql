-- How tasks ended: (status, or why it failed; how many).
SELECT CASE WHEN type = 'completed' THEN 'SUCCESS' ELSE data ->> 'reason' END, count(*)
FROM task_ledger.task_event WHERE type IN ('completed', 'failed')
GROUP BY 1 ORDER BY 2 DESC
