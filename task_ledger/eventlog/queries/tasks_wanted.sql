-- Whether a record matches the filters.
-- Arguments: statuses, task_types, fingerprints, pattern (ILIKE), since: null for any; roots, whether
--            to return first tasks of trees only.
-- Usage: {wanted} in tasks.sql and tasks_by_status.sql, where (t.task) is the record.
((%(statuses)s::text[] IS NULL OR (t.task).status = ANY (%(statuses)s::text[]))
    AND (%(task_types)s::text[] IS NULL OR (t.task).task_type = ANY (%(task_types)s::text[]))
    AND (%(fingerprints)s::text[] IS NULL OR (t.task).fingerprint = ANY (%(fingerprints)s::text[]))
    AND (NOT %(roots)s::boolean OR (t.task).root_id IS NULL)
    AND (%(since)s::timestamptz IS NULL OR (t.task).created_at >= %(since)s::timestamptz)
    AND (%(pattern)s::text IS NULL
        OR concat_ws(E'\n', (t.task).task_name, (t.task).task_type, (t.task).worker, (t.task).step,
                     (t.task).detail, (t.task).error ->> 'type', (t.task).error ->> 'message',
                     (t.task).entity ->> 'id')
            ILIKE %(pattern)s::text
        OR t.task_id::text ILIKE ltrim(%(pattern)s::text, '%%')))
