-- How many events there are to verify; for the length of a progress bar.
-- Returns: one bigint.
-- Arguments: project_id, or null for all; task_id, or null for all.
-- Usage: task_ledger.eventlog.verify.
SELECT count(*)
FROM task_ledger.task_event AS e
WHERE (%(project_id)s::text IS NULL
        OR e.project_id = %(project_id)s::text AND e.shard = task_ledger.shard_of(%(project_id)s::text))
    AND (%(task_id)s::uuid IS NULL OR e.task_id = %(task_id)s::uuid)
