-- Every task has exactly one terminal event, and nothing but notes behind it.
SELECT e.task_id, format('it has %s terminal events; its last state is %s',
    count(*) FILTER (WHERE e.type IN ('completed', 'failed')),
    (array_agg(e.state ORDER BY e.version DESC))[1])
FROM task_ledger.task_event AS e
GROUP BY e.task_id
HAVING count(*) FILTER (WHERE e.type IN ('completed', 'failed')) <> 1
UNION ALL
SELECT e.task_id, format('%s (version %s) stands behind its end', e.type, e.version)
FROM task_ledger.task_event AS e
JOIN task_ledger.task_event AS terminal
    ON terminal.task_id = e.task_id AND terminal.type IN ('completed', 'failed')
WHERE e.version > terminal.version AND e.type <> 'noted'
