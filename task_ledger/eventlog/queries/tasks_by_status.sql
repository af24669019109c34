-- How many of a project's tasks have each status.
-- Returns: (status, count); no row for a status that no task has.
-- Arguments: project_id; task_types, task_ids, pattern (ILIKE), since: null for any.
-- Usage: task_ledger.eventlog.task_list.count_by_status.
SELECT r.status, count(*)
FROM task_ledger.task_record AS r
WHERE r.project_id = %(project_id)s
    AND (%(task_types)s::text[] IS NULL OR r.task_type = ANY (%(task_types)s::text[]))
    AND (%(task_ids)s::uuid[] IS NULL OR r.task_id = ANY (%(task_ids)s::uuid[]))
    AND (%(since)s::timestamptz IS NULL OR r.created_at >= %(since)s::timestamptz)
    AND (%(pattern)s::text IS NULL
        OR concat_ws(E'\n', r.task_name, r.task_type, r.worker, r.step, r.detail,
                     r.error ->> 'type', r.error ->> 'message', r.entity ->> 'id')
            ILIKE %(pattern)s::text
        OR r.task_id::text ILIKE ltrim(%(pattern)s::text, '%%'))
GROUP BY r.status
