-- Histograms of waiting times and durations of a range, by stretch of time and by type.
-- Returns: (begin, task_type, kind, slot, values): the stretch's begin, or the type in the whole range; waiting
--          or duration; a bucket, and how many values it has.
-- Arguments: projects, an array, [''] for all; since and until, the range of hours; step, the length
--            of a stretch; task_type, only this type in the stretches, or null.
-- Usage: task_ledger.eventlog.rollups.
SELECT k.begin, k.task_type, h.kind, h.first + u.place - 1, sum(u.count)::bigint
FROM task_ledger.task_rollup AS r
CROSS JOIN LATERAL (
    VALUES (date_bin(%(step)s, r.hour, %(since)s), NULL::text), (NULL, r.task_type)
) AS k (begin, task_type)
CROSS JOIN LATERAL (
    VALUES ('waiting', r.waiting, array_lower(r.waiting, 1)), ('duration', r.duration, array_lower(r.duration, 1))
) AS h (kind, histogram, first)
CROSS JOIN LATERAL unnest(h.histogram) WITH ORDINALITY AS u (count, place)
WHERE r.project_id = ANY (%(projects)s::text[]) AND r.hour >= %(since)s AND r.hour < %(until)s AND u.count > 0
    AND (k.begin IS NULL OR %(task_type)s::text IS NULL OR r.task_type = %(task_type)s)
GROUP BY 1, 2, 3, 4
