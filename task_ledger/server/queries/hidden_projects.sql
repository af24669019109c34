-- How many projects are hidden, and how many of these have new events since.
-- Returns: one row, two numbers. Looks at most at `most` hidden projects.
-- Arguments: among, an array of ids or null for all; most.
-- Usage: task_ledger.server.projects.
SELECT count(*), count(*) FILTER (WHERE p.seq > p.hidden_seq)
FROM (
    SELECT s.hidden_seq, h.seq
    FROM task_ledger.project AS s
    LEFT JOIN task_ledger.project_head AS h ON h.project_id = s.project_id
    WHERE s.hidden_at IS NOT NULL
        AND (%(among)s::text[] IS NULL OR s.project_id = ANY (%(among)s::text[]))
    LIMIT %(most)s
) AS p
