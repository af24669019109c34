-- Counts of events of a range, by stretch of time and by type.
-- Returns: (begin, task_type, counts …): the stretch's begin, or the type in the whole range; the counts of
--          task_ledger.model.rollup.MEASURES, in this order.
-- Arguments: projects, an array, [''] for all; since and until, the range of hours; step, the length
--            of a stretch; task_type, only this type in the stretches, or null.
-- Usage: task_ledger.eventlog.rollups.
SELECT
    k.begin,
    k.task_type,
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
CROSS JOIN LATERAL (
    VALUES (date_bin(%(step)s, r.hour, %(since)s), NULL::text), (NULL, r.task_type)
) AS k (begin, task_type)
WHERE r.project_id = ANY (%(projects)s::text[]) AND r.hour >= %(since)s AND r.hour < %(until)s
    AND (k.begin IS NULL OR %(task_type)s::text IS NULL OR r.task_type = %(task_type)s)
GROUP BY k.begin, k.task_type
