-- Which failed tasks are the first of their group, and which are the first since the group was handled.
-- Returns: task_id, fingerprint, whether it is the first, the time up to which the group was handled if
--          this task is its return (else null).
-- Arguments: task_ids.
-- Usage: task_ledger.notifier.following.
SELECT r.task_id, r.fingerprint, g.first_at >= r.completed_at,
    CASE WHEN g.handled_to < r.completed_at AND NOT EXISTS (
            SELECT FROM task_ledger.task_record AS o
            WHERE o.project_id = r.project_id AND o.fingerprint = r.fingerprint
                AND o.completed_at > g.handled_to AND o.completed_at < r.completed_at)
        THEN g.handled_to END
FROM task_ledger.task_record AS r
JOIN task_ledger.failure_group AS g ON g.project_id = r.project_id AND g.fingerprint = r.fingerprint
WHERE r.task_id = ANY (%(task_ids)s::uuid[])
