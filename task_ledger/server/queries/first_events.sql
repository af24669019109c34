-- When and by whom the first task of each of several projects was registered.
-- Returns: (id, recorded_at, actor), without those that have no event in their timeline.
-- Arguments: projects, an array of ids.
-- Usage: task_ledger.server.projects.
SELECT p.id, e.recorded_at, e.actor
FROM unnest(%(projects)s::text[]) AS p (id)
CROSS JOIN LATERAL (
    SELECT t.task_id, t.version
    FROM task_ledger.project_bucket AS b
    JOIN task_ledger.project_head AS h ON h.project_id = b.project_id
    JOIN task_ledger.project_timeline AS t ON t.project = h.id AND t.seq = 1 AND t.bucket = b.bucket
    WHERE b.project_id = p.id AND b.first_seq = 1
    OFFSET 0
) AS f
JOIN task_ledger.task_event AS e
    ON e.bucket = task_ledger.bucket_of(f.task_id) AND e.task_id = f.task_id AND e.version = f.version
