-- The end of every project's timeline, as its rows say, with the numbers of months that have left: where the
-- row with the last number taken is missing, the highest that is there.
-- Returns: project_id, the highest number, 0 if there is none.
-- Arguments: none.
-- Usage: task_ledger.sealer.postgres. One look-up in one partition for each project.
SELECT h.project_id,
    CASE WHEN EXISTS (
            SELECT
            FROM task_ledger.project_bucket AS b
            JOIN task_ledger.project_timeline AS t
                ON t.project = h.id AND t.seq = b.last_seq AND t.bucket = b.bucket
            WHERE b.project_id = h.project_id AND b.last_seq = h.seq)
        THEN h.seq
        -- Without a look into every partition for each project whose last events have left.
        WHEN EXISTS (
            SELECT
            FROM task_ledger.retired_project AS r
            JOIN task_ledger.bucket AS b ON b.bucket = r.bucket AND b.closed_at IS NOT NULL
            WHERE r.project_id = h.project_id AND r.last_seq = h.seq)
        THEN h.seq
        ELSE greatest(
            (SELECT max(t.seq) FROM task_ledger.project_timeline AS t WHERE t.project = h.id),
            (SELECT max(r.last_seq)
             FROM task_ledger.retired_project AS r
             JOIN task_ledger.bucket AS b ON b.bucket = r.bucket AND b.closed_at IS NOT NULL
             WHERE r.project_id = h.project_id),
            0)
    END
FROM task_ledger.project_head AS h
