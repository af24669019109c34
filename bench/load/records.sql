-- The record of every task that has ended, with the columns that lists go by.
-- Arguments: none.
-- Usage: bench.load.fill.
INSERT INTO task_ledger.task_record (
    task_id, project_id, version, state, status, task_type, task_name, actor, metadata, attempt,
    max_attempts, claim, percent, step, detail, cancel_requested, waits_for, notes, created_at,
    started_at, completed_at, updated_at, digest
)
SELECT e.task_id, e.project_id, last.version, last.state,
    CASE last.state WHEN 'failed' THEN 'FAILURE' ELSE 'SUCCESS' END,
    e.data ->> 'task_type', e.data ->> 'name', e.actor, '{}', 1, 3, last.claim, 100, 'read', 'page 7',
    false, '{}', 0, e.recorded_at, e.recorded_at, last.recorded_at, last.recorded_at,
    encode(last.digest, 'hex')
FROM task_ledger.task_event AS e
JOIN task_ledger.task_event AS last
    ON last.bucket = e.bucket AND last.task_id = e.task_id AND last.version = 4
WHERE e.version = 1
ORDER BY e.feed
