-- The end of every project's timeline, as its rows say: where the row with the last number taken is
-- missing, the highest that is there.
-- Returns: project_id, the highest number, 0 if there is none.
-- Arguments: none.
-- Usage: task_ledger.sealer.postgres. One look-up in one partition for each project.
SELECT h.project_id,
    CASE WHEN EXISTS (
            SELECT
            FROM task_ledger.project_bucket AS b
            JOIN task_ledger.project_timeline AS t
                ON t.project_id = b.project_id AND t.seq = b.last_seq AND t.bucket = b.bucket
            WHERE b.project_id = h.project_id AND b.last_seq = h.seq)
        THEN h.seq
        ELSE coalesce((SELECT max(t.seq) FROM task_ledger.project_timeline AS t
                       WHERE t.project_id = h.project_id), 0)
    END
FROM task_ledger.project_head AS h
