-- What a client was told to be committed is there, what it rolled back is not, and the row of its
-- own transaction says the same.
SELECT t.task_id, 'its registration was committed, and is lost'
FROM chaos.told AS t
WHERE t.what = 'known'
    AND NOT EXISTS (SELECT FROM task_ledger.task_event AS e WHERE e.task_id = t.task_id)
UNION ALL
SELECT t.task_id, 'its registration was rolled back, and is there'
FROM chaos.told AS t
WHERE t.what = 'undone'
    AND EXISTS (SELECT FROM task_ledger.task_event AS e WHERE e.task_id = t.task_id)
UNION ALL
SELECT r.task_id, 'its request was committed without its registration'
FROM chaos.request AS r
WHERE NOT EXISTS (SELECT FROM task_ledger.task_event AS e WHERE e.task_id = r.task_id)
UNION ALL
SELECT e.task_id, format('it was registered with %s rows of its request', count(r.task_id))
FROM task_ledger.task_event AS e
LEFT JOIN chaos.request AS r ON r.task_id = e.task_id
WHERE e.version = 1 AND e.actor = 'a route'
GROUP BY e.task_id
HAVING count(r.task_id) <> 1
