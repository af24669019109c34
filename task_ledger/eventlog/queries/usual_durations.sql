-- Histograms of durations since a time, by type.
-- Returns: (task_type, slot, runs): a bucket, and how many successful runs took as long.
-- Arguments: projects, an array, [''] for all; since.
-- Usage: task_ledger.eventlog.rollups.
SELECT r.task_type, s.slot, sum(r.duration[s.slot])::bigint
FROM task_ledger.task_rollup AS r
CROSS JOIN LATERAL generate_subscripts(r.duration, 1) AS s (slot)
WHERE r.project_id = ANY (%(projects)s::text[]) AND r.hour >= %(since)s
GROUP BY r.task_type, s.slot
HAVING sum(r.duration[s.slot]) > 0
