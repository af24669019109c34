-- A page of projects by id: those that have tasks, those that admins have named or hidden, and those
-- that are known otherwise, each with what admins say of it. Ids are ordered as the database orders text.
-- Returns: (id, name, description, hidden_at, hidden_by, new_events), at most `limit`; new_events is null
--          for one that is not hidden.
-- Arguments: known, an array of further ids; in_log, whether to add those that have tasks, names or are hidden;
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
SELECT p.id, s.name, s.description, s.hidden_at, s.hidden_by,
    CASE WHEN s.hidden_at IS NOT NULL THEN coalesce(h.seq, 0) - s.hidden_seq END
FROM (
    SELECT k.id
    FROM unnest(%(known)s::text[]) AS k (id)
    WHERE k.id > coalesce(%(after)s::text, '')
    UNION
    (SELECT c.id FROM counted AS c WHERE c.id IS NOT NULL LIMIT %(limit)s)
    UNION
    (
        SELECT n.project_id
        FROM task_ledger.project AS n
        WHERE %(in_log)s AND n.project_id > coalesce(%(after)s::text, '')
            AND num_nonnulls(n.name, n.description, n.hidden_at) > 0
        ORDER BY n.project_id
        LIMIT %(limit)s
    )
    ORDER BY id
    LIMIT %(limit)s
) AS p
LEFT JOIN task_ledger.project AS s ON s.project_id = p.id
LEFT JOIN task_ledger.project_head AS h ON h.project_id = p.id
ORDER BY p.id
