-- Where what is stored of a timeline's ends differs from its rows: the last number of a project, or the
-- first and the last that it has in a partition. Readers would miss what lies outside. The last number may be
-- one of a month that has left.
-- Returns: project_id, bucket (null for the project as a whole), the first and last number as stored,
--          those of the rows; null where there is none.
-- Arguments: project_id, or null for all; task_id, or null: then only its project's.
-- Usage: task_ledger.eventlog.verify, through a server-side cursor.
WITH counted AS (
    SELECT t.project_id, t.bucket, min(t.seq) AS first, max(t.seq) AS last
    FROM task_ledger.project_timeline AS t
    WHERE (%(project_id)s::text IS NULL OR t.project = (
            SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s::text))
        AND (%(task_id)s::uuid IS NULL OR t.project_id IN (
            SELECT o.project_id FROM task_ledger.project_timeline AS o WHERE o.task_id = %(task_id)s::uuid))
    GROUP BY t.project_id, t.bucket
)
SELECT found.*
FROM (
    SELECT project_id, bucket, b.first_seq, b.last_seq, c.first, c.last
    FROM counted AS c
    FULL JOIN task_ledger.project_bucket AS b USING (project_id, bucket)
    UNION ALL
    SELECT project_id, NULL, 1, h.seq, CASE WHEN c.last IS NOT NULL THEN 1 END, c.last
    FROM (
        SELECT e.project_id, max(e.last) AS last
        FROM (
            SELECT c.project_id, c.last FROM counted AS c
            UNION ALL
            SELECT r.project_id, r.last_seq
            FROM task_ledger.retired_project AS r
            JOIN task_ledger.bucket AS b ON b.bucket = r.bucket AND b.closed_at IS NOT NULL
        ) AS e
        GROUP BY e.project_id
    ) AS c
    FULL JOIN task_ledger.project_head AS h USING (project_id)
) AS found (project_id, bucket, stored_first, stored_last, first, last)
WHERE (found.stored_first, found.stored_last) IS DISTINCT FROM (found.first, found.last)
    AND (%(project_id)s::text IS NULL OR found.project_id = %(project_id)s::text)
    AND (%(task_id)s::uuid IS NULL OR found.project_id IN (SELECT c.project_id FROM counted AS c))
ORDER BY found.project_id, found.bucket NULLS FIRST
