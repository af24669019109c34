-- The end of every project's timeline, including retired months: the highest existing number, which is
-- lower than project_head's if the last row is missing.
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
        -- Avoids probing every partition for projects whose last events were retired.
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
