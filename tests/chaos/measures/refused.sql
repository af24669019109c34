-- What was refused, and noted: (kind and why, how many).
SELECT concat(data ->> 'kind', ': ', private ->> 'message'), count(*)
FROM task_ledger.task_event WHERE type = 'noted'
GROUP BY 1 ORDER BY 2 DESC
