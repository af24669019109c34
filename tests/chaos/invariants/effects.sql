-- A task that succeeded has each of its rows once; any other has none.
WITH ended AS (
    SELECT e.task_id,
        bool_or(e.type = 'completed') AS succeeded,
        max((coalesce(e.private, e.data) -> 'metadata' ->> 'rows')::integer) FILTER (WHERE e.version = 1) AS rows
    FROM task_ledger.task_event AS e
    GROUP BY e.task_id
)
SELECT t.task_id, format('it succeeded, and its row %s exists %s times', n.number,
    (SELECT count(*) FROM chaos.effect AS f WHERE f.task_id = t.task_id AND f.number = n.number))
FROM ended AS t
CROSS JOIN LATERAL generate_series(1, t.rows) AS n (number)
WHERE t.succeeded
    AND (SELECT count(*) FROM chaos.effect AS f
         WHERE f.task_id = t.task_id AND f.number = n.number) <> 1
UNION ALL
SELECT f.task_id, format('it did not succeed, and %s rows of it exist', count(*))
FROM chaos.effect AS f
WHERE NOT EXISTS (SELECT FROM ended AS t WHERE t.task_id = f.task_id AND t.succeeded)
GROUP BY f.task_id
