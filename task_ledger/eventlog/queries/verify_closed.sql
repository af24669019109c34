-- How many events the timelines number whose month was closed and is gone: they cannot be verified
-- here. What is missing of a closed month that still has events is a finding, and not counted.
-- Returns: one bigint.
-- Arguments: project_id, or null for all; task_id, or null for all.
-- Usage: task_ledger.eventlog.verify.
SELECT count(*)
FROM task_ledger.project_timeline AS t
WHERE (%(project_id)s::text IS NULL OR t.project_id = %(project_id)s::text)
    AND (%(task_id)s::uuid IS NULL OR t.task_id = %(task_id)s::uuid)
    AND EXISTS (
        SELECT FROM task_ledger.bucket AS b
        WHERE b.bucket = task_ledger.bucket_of(t.task_id) AND b.closed_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM task_ledger.task_event AS g WHERE g.bucket = b.bucket))
