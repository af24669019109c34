-- Deletes, of a stretch of records, those whose tasks have no events. The record of a task whose
-- partition was detached stays: it is all that the database still has of it.
-- Returns: (last, removed): the stretch's last task_id, null behind the end; how many went.
-- Arguments: task_id, the one to continue behind; limit, the stretch's length.
-- Usage: task_ledger.projector.rebuild.
WITH stretch AS (
    SELECT r.task_id
    FROM task_ledger.task_record AS r
    WHERE r.task_id > %(task_id)s
    ORDER BY r.task_id
    LIMIT %(limit)s
), removed AS (
    DELETE FROM task_ledger.task_record AS r
    USING stretch AS s
    WHERE r.task_id = s.task_id
        AND NOT EXISTS (
            SELECT FROM task_ledger.task_event AS e
            WHERE e.bucket = task_ledger.bucket_of(s.task_id) AND e.task_id = s.task_id)
        AND NOT EXISTS (
            SELECT FROM task_ledger.bucket AS b
            WHERE b.bucket = task_ledger.bucket_of(s.task_id) AND b.closed_at IS NOT NULL)
    RETURNING r.task_id
)
SELECT
    (SELECT s.task_id FROM stretch AS s ORDER BY s.task_id DESC LIMIT 1),
    (SELECT count(*) FROM removed)
