-- Projects whose timeline is not numbered 1, 2, 3 … without gaps: the first number that is not
-- the expected one. Numbers of months that have left count as there.
-- Returns: project_id, expected, found.
-- Arguments: project_id, or null for all; task_id, or null: then only its project's.
-- Usage: task_ledger.eventlog.verify.
SELECT DISTINCT ON (n.project_id) n.project_id, n.expected, n.seq AS found
FROM (
    SELECT s.project_id, s.seq,
        1 + coalesce(sum(s.numbers) OVER (
            PARTITION BY s.project_id ORDER BY s.seq
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint AS expected
    FROM (
        SELECT t.project_id, t.seq, 1 AS numbers
        FROM task_ledger.project_timeline AS t
        WHERE (%(project_id)s::text IS NULL OR t.project = (
            SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s::text))
        UNION ALL
        SELECT l.project_id, l.first_seq, octet_length(l.leaves) / 32
        FROM task_ledger.retired_leaf AS l
        JOIN task_ledger.bucket AS b ON b.bucket = l.bucket AND b.closed_at IS NOT NULL
    ) AS s
    WHERE (%(project_id)s::text IS NULL OR s.project_id = %(project_id)s::text)
        AND (%(task_id)s::uuid IS NULL OR s.project_id IN (
            SELECT o.project_id FROM task_ledger.project_timeline AS o WHERE o.task_id = %(task_id)s::uuid))
) AS n
WHERE n.seq <> n.expected
ORDER BY n.project_id, n.seq
