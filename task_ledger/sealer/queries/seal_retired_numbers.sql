-- The retired numbers of a project's timeline, as ranges.
-- Returns: first, last; ascending.
-- Arguments: project_id.
-- Usage: task_ledger.sealer.postgres.
SELECT min(n.first_seq), max(n.first_seq + n.numbers - 1)
FROM (
    SELECT l.first_seq, octet_length(l.leaves) / 32 AS numbers,
        l.first_seq - sum(octet_length(l.leaves) / 32) OVER (ORDER BY l.first_seq) + octet_length(l.leaves) / 32 AS run
    FROM task_ledger.retired_leaf AS l
    JOIN task_ledger.bucket AS b ON b.bucket = l.bucket AND b.closed_at IS NOT NULL
    WHERE l.project_id = %(project_id)s
) AS n
GROUP BY n.run
ORDER BY 1
