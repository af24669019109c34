-- Counts of events of all projects and times, by type of task.
-- Returns: (task_type, waiting_us, duration_us, counts …), the counts of task_ledger.model.rollup.MEASURES,
--          in this order; types of older tasks first.
-- Arguments: none.
-- Usage: task_ledger.metrics.counters.
SELECT
    r.task_type,
    sum(r.waiting_us)::bigint,
    sum(r.duration_us)::bigint,
    sum(r.registered)::bigint,
    sum(r.started)::bigint,
    sum(r.completed)::bigint,
    sum(r.failed_error)::bigint,
    sum(r.failed_cancelled)::bigint,
    sum(r.failed_expired)::bigint,
    sum(r.failed_timeout)::bigint,
    sum(r.failed_worker_lost)::bigint,
    sum(r.failed_undeliverable)::bigint,
    sum(r.failed_upstream)::bigint,
    sum(r.failed_bad_result)::bigint,
    sum(r.failed_altered)::bigint,
    sum(r.retrying_error)::bigint,
    sum(r.retrying_timeout)::bigint,
    sum(r.retrying_worker_lost)::bigint,
    sum(r.retrying_shortage)::bigint,
    sum(r.noted_duplicate_delivery_refused)::bigint,
    sum(r.noted_late_write_refused)::bigint
FROM task_ledger.task_rollup AS r
WHERE r.project_id = '' AND r.hour = '-infinity'
GROUP BY r.task_type
ORDER BY min(r.bucket), r.task_type
