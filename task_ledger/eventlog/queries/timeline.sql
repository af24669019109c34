-- Entries of a project's timeline.
-- Returns: seq, the task's type and name, then an event's columns; the caller adds order and limit.
-- Arguments: project_id; after and before, both excluded; types, task_types, task_ids, actors,
--            since, until, pattern (ILIKE): null for any.
-- Usage: task_ledger.eventlog.timeline.read_timeline.
SELECT t.seq, r.task_type, r.task_name, {event:e}
FROM task_ledger.project_timeline AS t
JOIN task_ledger.task_event AS e
    ON e.bucket = task_ledger.bucket_of(t.task_id) AND e.task_id = t.task_id AND e.version = t.version
LEFT JOIN task_ledger.task_record AS r ON r.task_id = t.task_id
WHERE t.project_id = %(project_id)s AND t.seq > %(after)s AND t.seq < %(before)s
    AND (%(types)s::task_ledger.event_type[] IS NULL OR t.type = ANY (%(types)s::task_ledger.event_type[]))
    AND (%(task_types)s::text[] IS NULL OR r.task_type = ANY (%(task_types)s::text[]))
    AND (%(task_ids)s::uuid[] IS NULL OR t.task_id = ANY (%(task_ids)s::uuid[]))
    AND (%(actors)s::text[] IS NULL OR e.actor = ANY (%(actors)s::text[]))
    AND (%(since)s::timestamptz IS NULL OR t.recorded_at >= %(since)s::timestamptz)
    AND (%(until)s::timestamptz IS NULL OR t.recorded_at < %(until)s::timestamptz)
    AND (%(pattern)s::text IS NULL
        OR concat_ws(E'\n', r.task_name, r.task_type, e.actor, e.data ->> 'step',
                     e.data ->> 'detail', e.data ->> 'message',
                     e.data -> 'error' ->> 'type', e.data -> 'error' ->> 'message')
            ILIKE %(pattern)s::text)
