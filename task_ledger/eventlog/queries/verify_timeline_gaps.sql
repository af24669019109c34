-- Projects whose timeline is not numbered 1, 2, 3 … without gaps: the first number that is not
-- the expected one.
-- Returns: project_id, expected, found.
-- Arguments: project_id, or null for all; task_id, or null: then only its project's.
-- Usage: task_ledger.eventlog.verify.
SELECT DISTINCT ON (n.project_id) n.project_id, n.expected, n.seq AS found
FROM (
    SELECT t.project_id, t.seq,
        row_number() OVER (PARTITION BY t.project_id ORDER BY t.seq) AS expected
    FROM task_ledger.project_timeline AS t
    WHERE (%(project_id)s::text IS NULL OR t.project_id = %(project_id)s::text)
        AND (%(task_id)s::uuid IS NULL OR t.project_id IN (
            SELECT o.project_id FROM task_ledger.project_timeline AS o WHERE o.task_id = %(task_id)s::uuid))
) AS n
WHERE n.seq <> n.expected
ORDER BY n.project_id, n.seq
