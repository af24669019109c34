-- As timeline_of_project.sql, of events of some types. Each type is cut to the limit in its own
-- part of the index, so a type that is rare costs no more than one that is not.
-- Arguments: those of timeline_of_project.sql, and types, each of them once; look, the most numbers.
-- Usage: {numbers} in timeline.sql.
SELECT n.seq, n.task_id, n.version, n.recorded_at
FROM unnest(%(types)s::task_ledger.event_type[]) AS wanted (type)
CROSS JOIN LATERAL (
    SELECT p.seq, p.task_id, p.version, p.recorded_at
    FROM task_ledger.project_timeline AS p
    WHERE p.project = (SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s)
        AND p.type = wanted.type
        AND p.seq BETWEEN %(first)s AND %(last)s AND p.bucket BETWEEN %(low)s AND %(high)s
    ORDER BY p.seq {direction}
    LIMIT %(look)s
) AS n
ORDER BY n.seq {direction}
LIMIT %(look)s
