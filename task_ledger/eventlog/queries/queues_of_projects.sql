-- What waits in each queue, of some projects. Of each project and status, at most `look` tasks are
-- looked at, those that were registered first.
-- Returns: as queues_of_all.sql; more is about all of the projects' tasks.
-- Arguments: projects, an array; look; most, how many queues.
-- Usage: {waits} in queues.sql. OFFSET 0 makes it look for each task's steps once.
SELECT c.queue, count(*) FILTER (WHERE NOT c.blocked AND c.due <= now()) AS waiting,
    count(*) FILTER (WHERE NOT c.blocked AND c.due > now()) AS later,
    count(*) FILTER (WHERE c.blocked) AS blocked,
    min(c.due) FILTER (WHERE NOT c.blocked AND c.due <= now()) AS first_due_at,
    bool_or(c.place = %(look)s) AS more
FROM (
    SELECT r.queue, coalesce(r.due_at, r.created_at) AS due, r.place,
        EXISTS (SELECT FROM task_ledger.next_step AS s WHERE s.task_id = r.task_id) AS blocked
    FROM unnest(%(projects)s::text[]) AS p (project_id)
    CROSS JOIN unnest(ARRAY['PENDING', 'RETRY']) AS wanted (status)
    CROSS JOIN LATERAL (
        SELECT t.task_id, t.queue, t.due_at, t.created_at, row_number() OVER () AS place
        FROM (
            SELECT r.task_id, r.queue, r.due_at, r.created_at
            FROM task_ledger.task_record AS r
            WHERE r.project_id = p.project_id AND r.status = wanted.status
            ORDER BY r.created_at AT TIME ZONE 'UTC', r.task_id
            LIMIT %(look)s
        ) AS t
    ) AS r
    WHERE r.queue IS NOT NULL
    OFFSET 0
) AS c
GROUP BY c.queue
ORDER BY c.queue
LIMIT %(most)s
