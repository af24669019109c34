-- A task's first and last event, as far as running it again needs them.
-- Returns: (project_id, max_attempts, data, private, schema_version, state), or no row.
-- Arguments: task_id.
-- Usage: task_ledger.projector.rerunning, under the task's lock.
SELECT r.project_id, r.max_attempts, r.data::text, r.private::text, r.schema_version, l.state
FROM task_ledger.task_event AS r
CROSS JOIN LATERAL (
    SELECT e.state FROM task_ledger.task_event AS e
    WHERE e.bucket = r.bucket AND e.task_id = r.task_id
    ORDER BY e.version DESC LIMIT 1) AS l
WHERE r.bucket = task_ledger.bucket_of(%(task_id)s) AND r.task_id = %(task_id)s AND r.version = 1
