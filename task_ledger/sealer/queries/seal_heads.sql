-- The end of every project's timeline, by stepping from project to project through the index.
-- Returns: project_id, the highest number.
-- Arguments: none.
-- Usage: task_ledger.sealer.postgres. Two look-ups in an index for each project.
WITH RECURSIVE heads AS (
    (SELECT t.project_id, t.seq FROM task_ledger.project_timeline AS t
    ORDER BY t.project_id DESC, t.seq DESC
    LIMIT 1)
    UNION ALL
    SELECT before.project_id, before.seq
    FROM heads
    CROSS JOIN LATERAL (
        SELECT t.project_id, t.seq FROM task_ledger.project_timeline AS t
        WHERE t.project_id < heads.project_id
        ORDER BY t.project_id DESC, t.seq DESC
        LIMIT 1
    ) AS before
)
SELECT heads.project_id, heads.seq FROM heads
