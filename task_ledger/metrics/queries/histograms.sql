-- Histograms of waiting times and durations of all projects and times, by type of task.
-- Returns: (task_type, kind, slot, values): waiting or duration; a bucket, and how many values it has.
-- Arguments: none.
-- Usage: task_ledger.metrics.counters.
SELECT r.task_type, h.kind, s.slot, sum(h.histogram[s.slot])::bigint
FROM task_ledger.task_rollup AS r
CROSS JOIN LATERAL (VALUES ('waiting', r.waiting), ('duration', r.duration)) AS h (kind, histogram)
CROSS JOIN LATERAL generate_subscripts(h.histogram, 1) AS s (slot)
WHERE r.project_id = '' AND r.hour = '-infinity'
GROUP BY r.task_type, h.kind, s.slot
HAVING sum(h.histogram[s.slot]) > 0
