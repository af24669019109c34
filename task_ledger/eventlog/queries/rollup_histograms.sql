-- Histograms of waiting times and durations of a range, by stretch of time and type.
-- Returns: (begin, task_type, kind, slot, values): the stretch's begin; waiting or duration; a bucket, and
--          how many values it has.
-- Arguments: projects, an array, [''] for all; since and until, the range of hours; step, the length
--            of a stretch.
-- Usage: task_ledger.eventlog.rollups.
SELECT date_bin(%(step)s, r.hour, %(since)s), r.task_type, h.kind, h.first + u.place - 1, sum(u.count)::bigint
FROM task_ledger.task_rollup AS r
CROSS JOIN LATERAL (
    VALUES ('waiting', r.waiting, array_lower(r.waiting, 1)), ('duration', r.duration, array_lower(r.duration, 1))
) AS h (kind, histogram, first)
CROSS JOIN LATERAL unnest(h.histogram) WITH ORDINALITY AS u (count, place)
WHERE r.project_id = ANY (%(projects)s::text[]) AND r.hour >= %(since)s AND r.hour < %(until)s AND u.count > 0
GROUP BY 1, 2, 3, 4
