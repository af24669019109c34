-- Adds counts to the rollups.
-- Returns: nothing.
-- Arguments: rollups, a JSON array of objects with columns of task_ledger.task_rollup, in the
--            order of its key, so that no two writers wait for each other in turn.
-- Usage: task_ledger.projector.rollups, in the transaction that folds the events.
INSERT INTO task_ledger.task_rollup AS r
SELECT * FROM json_populate_recordset(
    -- What a column is that an object lacks.
    ROW(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        NULL, NULL, NULL, NULL, NULL, '{}', '{}')::task_ledger.task_rollup,
    %(rollups)s::json)
ON CONFLICT (project_id, hour, task_type, bucket, shard) DO UPDATE SET
    waiting_us = r.waiting_us + excluded.waiting_us,
    duration_us = r.duration_us + excluded.duration_us,
    registered = r.registered + excluded.registered,
    started = r.started + excluded.started,
    completed = r.completed + excluded.completed,
    failed_error = r.failed_error + excluded.failed_error,
    failed_cancelled = r.failed_cancelled + excluded.failed_cancelled,
    failed_expired = r.failed_expired + excluded.failed_expired,
    failed_timeout = r.failed_timeout + excluded.failed_timeout,
    failed_worker_lost = r.failed_worker_lost + excluded.failed_worker_lost,
    failed_undeliverable = r.failed_undeliverable + excluded.failed_undeliverable,
    failed_upstream = r.failed_upstream + excluded.failed_upstream,
    failed_bad_result = r.failed_bad_result + excluded.failed_bad_result,
    failed_altered = r.failed_altered + excluded.failed_altered,
    retrying_error = r.retrying_error + excluded.retrying_error,
    retrying_timeout = r.retrying_timeout + excluded.retrying_timeout,
    retrying_worker_lost = r.retrying_worker_lost + excluded.retrying_worker_lost,
    retrying_shortage = r.retrying_shortage + excluded.retrying_shortage,
    noted_duplicate_delivery_refused = r.noted_duplicate_delivery_refused + excluded.noted_duplicate_delivery_refused,
    noted_late_write_refused = r.noted_late_write_refused + excluded.noted_late_write_refused,
    waiting = CASE WHEN excluded.waiting = '{}' THEN r.waiting
        ELSE task_ledger.add_histogram(r.waiting, excluded.waiting) END,
    duration = CASE WHEN excluded.duration = '{}' THEN r.duration
        ELSE task_ledger.add_histogram(r.duration, excluded.duration) END
