-- As timeline_of_project.sql, of some tasks. Reads every number of these tasks.
-- Arguments: project_id; after and before, both excluded; look, the most numbers, null for all;
--            task_ids, each of them once; types: null for any. {direction} is ASC or DESC.
-- Usage: {numbers} in timeline.sql and timeline_events.sql.
SELECT n.seq, n.task_id, n.version, n.recorded_at
FROM unnest(%(task_ids)s::uuid[]) AS wanted (task_id)
CROSS JOIN LATERAL (
    SELECT p.seq, p.task_id, p.version, p.recorded_at
    FROM task_ledger.project_timeline AS p
    WHERE p.bucket = task_ledger.bucket_of(wanted.task_id) AND p.task_id = wanted.task_id AND p.project_id = %(project_id)s
        AND p.seq > %(after)s AND p.seq < %(before)s
        AND (%(types)s::task_ledger.event_type[] IS NULL
            OR p.type = ANY (%(types)s::task_ledger.event_type[]))
    OFFSET 0
) AS n
ORDER BY n.seq {direction}
LIMIT %(look)s
