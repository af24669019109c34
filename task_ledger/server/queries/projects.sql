-- A page of projects by id: those that have tasks and those that are known otherwise, each with
-- its first event. Ids are ordered as the database orders text.
-- Returns: (id, created_at, created_by), at most `limit`; both null for one without an event in
--          its timeline.
-- Arguments: known, an array of further ids; in_log, whether to add those that have tasks;
--            after, an id or null; limit.
-- Usage: task_ledger.server.projects.
WITH RECURSIVE counted (id) AS (
    -- One step in the index for each project, however many rows it has.
    SELECT min(c.project_id)
    FROM task_ledger.task_count AS c
    WHERE %(in_log)s AND c.project_id > coalesce(%(after)s::text, '')
    UNION ALL
    SELECT (SELECT min(c.project_id) FROM task_ledger.task_count AS c WHERE c.project_id > counted.id)
    FROM counted
    WHERE counted.id IS NOT NULL
)
SELECT p.id, e.recorded_at, e.actor
FROM (
    SELECT k.id
    FROM unnest(%(known)s::text[]) AS k (id)
    WHERE k.id > coalesce(%(after)s::text, '')
    UNION
    (SELECT c.id FROM counted AS c WHERE c.id IS NOT NULL LIMIT %(limit)s)
    ORDER BY id
    LIMIT %(limit)s
) AS p
LEFT JOIN LATERAL (
    SELECT t.task_id, t.version
    FROM task_ledger.project_bucket AS b
    JOIN task_ledger.project_head AS h ON h.project_id = b.project_id
    JOIN task_ledger.project_timeline AS t ON t.project = h.id AND t.seq = 1 AND t.bucket = b.bucket
    WHERE b.project_id = p.id AND b.first_seq = 1
    OFFSET 0
) AS f ON true
LEFT JOIN task_ledger.task_event AS e
    ON e.bucket = task_ledger.bucket_of(f.task_id) AND e.task_id = f.task_id AND e.version = f.version
ORDER BY p.id
