-- The group of failures that contains only this task.
--
-- Returns: a row of task_ledger.failure_group.
-- Arguments: r, a record with a fingerprint.
-- Usage: task_ledger.count_failures and task_ledger.recount_failures, which sum them.
CREATE OR REPLACE FUNCTION task_ledger.failure_of(r task_ledger.task_record)
RETURNS task_ledger.failure_group
LANGUAGE sql IMMUTABLE
AS $$
    SELECT ROW(
        r.project_id, r.fingerprint, r.task_type, coalesce(r.error ->> 'type', r.failure_reason),
        r.error ->> 'place', r.completed_at, r.completed_at, 1, r.task_id, NULL
    )::task_ledger.failure_group
$$;
