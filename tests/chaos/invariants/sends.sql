-- What a task sent or registered is true if it succeeded, and only then.
WITH parent AS (
    SELECT e.task_id,
        bool_or(e.type = 'completed') AS succeeded,
        max((coalesce(e.private, e.data) -> 'metadata' ->> 'rows')::integer) AS rows,
        coalesce(max((coalesce(e.private, e.data) -> 'metadata' ->> 'children')::integer), 0) AS children
    FROM task_ledger.task_event AS e
    GROUP BY e.task_id
), child AS (
    SELECT (e.data ->> 'parent_id')::uuid AS parent_id, count(*) AS number
    FROM task_ledger.task_event AS e
    WHERE e.type = 'registered' AND e.data ->> 'parent_id' IS NOT NULL
    GROUP BY 1
)
SELECT p.task_id, format('it %s and registered %s children of %s',
    CASE WHEN p.succeeded THEN 'succeeded' ELSE 'did not succeed' END,
    coalesce(c.number, 0), p.children)
FROM parent AS p
LEFT JOIN child AS c ON c.parent_id = p.task_id
WHERE coalesce(c.number, 0) <> CASE WHEN p.succeeded THEN p.children ELSE 0 END
UNION ALL
SELECT l.parent_id, format('a message of it left before its rows were committed: %s seen', l.seen)
FROM chaos.look AS l
LEFT JOIN parent AS p ON p.task_id = l.parent_id
WHERE p.task_id IS NULL OR NOT p.succeeded OR l.seen <> p.rows
