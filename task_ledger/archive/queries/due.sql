-- The months before `before` whose retirement is not finished: they have not left, or have left and are
-- not forgotten.
-- Returns: bucket, oldest first.
-- Arguments: before, a bucket.
-- Usage: task_ledger.archive.policy. An empty month has no events to archive, and is retired like any
--        other.
SELECT b.bucket
FROM task_ledger.bucket AS b
WHERE b.bucket > 0 AND b.bucket < %(before)s
    AND (b.closed_at IS NULL OR EXISTS (
        SELECT FROM task_ledger.task_record AS r
        WHERE r.task_id >= task_ledger.first_id(b.bucket) AND task_ledger.bucket_of(r.task_id) = b.bucket
        AND r.task_id < task_ledger.first_id(b.bucket + CASE b.bucket %% 100 WHEN 12 THEN 89 ELSE 1 END)))
ORDER BY b.bucket
