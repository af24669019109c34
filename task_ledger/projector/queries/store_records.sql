-- Stores records, a newer version over an older one and never the other way.
-- Returns: nothing.
-- Arguments: records, a JSON array of objects with the columns of task_ledger.task_record;
--            again, whether a record of the same version is overwritten too.
-- Usage: task_ledger.projector.records, in the transaction that holds the tasks' shards.
INSERT INTO task_ledger.task_record AS r
SELECT * FROM json_populate_recordset(NULL::task_ledger.task_record, %(records)s::json)
ON CONFLICT (task_id) DO UPDATE SET (
    project_id, version, state, status, task_type, task_name, actor, metadata, entity, queue,
    attempt, max_attempts, claim, worker, boot, percent, step, detail, current, total,
    cancel_requested, cancel_requested_by, retry_reason, countdown_s, due_at, expires_at,
    failure_reason, error, fingerprint, result, parent_id, root_id, group_id, waits_for, rerun_of, trace_id, notes, created_at,
    started_at, attempt_started_at, completed_at, updated_at, digest
) = (
    excluded.project_id, excluded.version, excluded.state, excluded.status, excluded.task_type,
    excluded.task_name, excluded.actor, excluded.metadata, excluded.entity, excluded.queue,
    excluded.attempt, excluded.max_attempts, excluded.claim, excluded.worker, excluded.boot,
    excluded.percent, excluded.step, excluded.detail, excluded.current, excluded.total, excluded.cancel_requested,
    excluded.cancel_requested_by, excluded.retry_reason, excluded.countdown_s, excluded.due_at,
    excluded.expires_at, excluded.failure_reason, excluded.error, excluded.fingerprint, excluded.result,
    excluded.parent_id, excluded.root_id, excluded.group_id, excluded.waits_for, excluded.rerun_of, excluded.trace_id,
    excluded.notes, excluded.created_at,
    excluded.started_at, excluded.attempt_started_at, excluded.completed_at, excluded.updated_at,
    excluded.digest
)
WHERE r.version < excluded.version OR (%(again)s::boolean AND r.version = excluded.version)
