-- A page of a project's tasks, the newest first.
-- Returns: the record as JSON.
-- Arguments: project_id; statuses, task_types, pattern (ILIKE), since: null for any;
--            created_at and task_id, where the page before ended, or null; limit.
-- Usage: task_ledger.listing.list_tasks.
SELECT to_json(r)
FROM ledger.task_record AS r
WHERE r.project_id = %(project_id)s
    AND (%(statuses)s::text[] IS NULL OR r.status = ANY (%(statuses)s::text[]))
    AND (%(task_types)s::text[] IS NULL OR r.task_type = ANY (%(task_types)s::text[]))
    AND (%(since)s::timestamptz IS NULL OR r.created_at >= %(since)s::timestamptz)
    AND (%(pattern)s::text IS NULL
        OR concat_ws(E'\n', r.task_name, r.task_type, r.worker, r.step, r.detail,
                     r.error ->> 'type', r.error ->> 'message', r.entity ->> 'id')
            ILIKE %(pattern)s::text
        OR r.task_id::text ILIKE ltrim(%(pattern)s::text, '%%'))
    AND (%(created_at)s::timestamptz IS NULL
        OR (r.created_at, r.task_id) < (%(created_at)s::timestamptz, %(task_id)s::uuid))
ORDER BY r.created_at DESC, r.task_id DESC
LIMIT %(limit)s
