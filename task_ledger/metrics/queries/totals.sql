-- Counts of events of all projects and times, by type of task.
-- Returns: (task_type, waiting_us, duration_us, counts …), the counts of task_ledger.model.rollup.MEASURES,
--          in this order; types of older tasks first.
-- Arguments: none.
-- Usage: task_ledger.metrics.counters.
SELECT
    r.task_type,
    sum(r.waiting_us)::bigint,
    sum(r.duration_us)::bigint,
    {counts:r}
FROM task_ledger.task_rollup AS r
WHERE r.project_id = '' AND r.hour = '-infinity'
GROUP BY r.task_type
ORDER BY min(r.bucket), r.task_type
