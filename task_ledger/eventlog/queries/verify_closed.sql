-- How many events cannot be verified here, because their month has left the ledger, or was closed and is gone
-- while the timelines still number it. What is missing of a closed month that still has events is a finding, and
-- not counted.
-- Returns: one bigint.
-- Arguments: project_id, or null for all; task_id, or null for all: of a month that has left, 0 for a task.
-- Usage: task_ledger.eventlog.verify.
SELECT count(*) + (
    SELECT coalesce(sum(p.events), 0)
    FROM task_ledger.retired_project AS p
    JOIN task_ledger.bucket AS b ON b.bucket = p.bucket AND b.closed_at IS NOT NULL
    WHERE %(task_id)s::uuid IS NULL AND (%(project_id)s::text IS NULL OR p.project_id = %(project_id)s::text))::bigint
FROM task_ledger.project_timeline AS t
WHERE (%(project_id)s::text IS NULL OR t.project = (
            SELECT h.id FROM task_ledger.project_head AS h WHERE h.project_id = %(project_id)s::text))
    AND (%(task_id)s::uuid IS NULL OR t.task_id = %(task_id)s::uuid)
    AND EXISTS (
        SELECT FROM task_ledger.bucket AS b
        WHERE b.bucket = task_ledger.bucket_of(t.task_id) AND b.closed_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM task_ledger.task_event AS g WHERE g.bucket = b.bucket))
