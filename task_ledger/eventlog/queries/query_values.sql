-- Values that tasks of a project have, for the completion of a query.
-- Returns: (field, value), sorted; at most `most` values of a field. Every type, and the queues,
--          workers and actors of the newest `look` tasks.
-- Arguments: project_id; look; most.
-- Usage: task_ledger.eventlog.search.known_values. One step in the index of the counts for each type.
WITH RECURSIVE types (value) AS (
    SELECT min(c.task_type)
    FROM task_ledger.task_count AS c
    WHERE c.project_id = %(project_id)s
    UNION ALL
    SELECT (
        SELECT min(c.task_type)
        FROM task_ledger.task_count AS c
        WHERE c.project_id = %(project_id)s AND c.task_type > types.value)
    FROM types
    WHERE types.value IS NOT NULL
), newest AS MATERIALIZED (
    SELECT r.queue, r.worker, r.actor
    FROM task_ledger.task_record AS r
    WHERE r.project_id = %(project_id)s
    ORDER BY r.created_at DESC, r.task_id DESC
    LIMIT %(look)s
)
SELECT f.field, f.value
FROM (
    SELECT v.field, v.value, row_number() OVER (PARTITION BY v.field ORDER BY v.value) AS place
    FROM (
        (SELECT 'type' AS field, t.value FROM types AS t LIMIT %(most)s)
        UNION
        SELECT 'queue', n.queue FROM newest AS n
        UNION
        SELECT 'worker', n.worker FROM newest AS n
        UNION
        SELECT 'actor', n.actor FROM newest AS n
    ) AS v
    WHERE v.value IS NOT NULL
) AS f
WHERE f.place <= %(most)s
ORDER BY f.field, f.value
