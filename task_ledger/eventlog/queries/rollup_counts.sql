-- Counts of events of a range, by stretch of time and by type.
-- Returns: (begin, task_type, counts …): the stretch's begin, or the type in the whole range; the counts of
--          task_ledger.model.rollup.MEASURES, in this order.
-- Arguments: projects, an array, [''] for all; since and until, the range of hours; step, the length
--            of a stretch; task_type, only this type in the stretches, or null.
-- Usage: task_ledger.eventlog.rollups.
SELECT
    k.begin,
    k.task_type,
    {counts:r}
FROM task_ledger.task_rollup AS r
CROSS JOIN LATERAL (
    VALUES (date_bin(%(step)s, r.hour, %(since)s), NULL::text), (NULL, r.task_type)
) AS k (begin, task_type)
WHERE r.project_id = ANY (%(projects)s::text[]) AND r.hour >= %(since)s AND r.hour < %(until)s
    AND (k.begin IS NULL OR %(task_type)s::text IS NULL OR r.task_type = %(task_type)s)
GROUP BY k.begin, k.task_type
