-- A page of a project's tasks, in one of its orders.
-- Returns: the record as JSON.
-- Arguments: project_id; statuses, task_types, task_ids, pattern (ILIKE), since: null for any;
--     behind and behind_id (where the page before ended; null for the first page), limit.
--     Of the order: {key} is what it goes by, of type {type}; {direction} is ASC and {beyond} is
--     > for the smallest first, DESC and < for the greatest; {listed} says which tasks have a key.
-- Usage: task_ledger.eventlog.task_list.list_tasks.
SELECT to_json(r)
FROM task_ledger.task_record AS r
WHERE r.project_id = %(project_id)s
    AND (%(statuses)s::text[] IS NULL OR r.status = ANY (%(statuses)s::text[]))
    AND (%(task_types)s::text[] IS NULL OR r.task_type = ANY (%(task_types)s::text[]))
    AND (%(task_ids)s::uuid[] IS NULL OR r.task_id = ANY (%(task_ids)s::uuid[]))
    AND (%(since)s::timestamptz IS NULL OR r.created_at >= %(since)s::timestamptz)
    AND (%(pattern)s::text IS NULL
        OR concat_ws(E'\n', r.task_name, r.task_type, r.worker, r.step, r.detail,
                     r.error ->> 'type', r.error ->> 'message', r.entity ->> 'id')
            ILIKE %(pattern)s::text
        OR r.task_id::text ILIKE ltrim(%(pattern)s::text, '%%'))
    AND {listed}
    AND (%(behind)s::{type} IS NULL
        OR ({key}, r.task_id) {beyond} (%(behind)s::{type}, %(behind_id)s::uuid))
ORDER BY {key} {direction}, r.task_id {direction}
LIMIT %(limit)s
