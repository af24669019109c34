-- A page of a project's timeline. Its numbers are decided in the timeline's own indexes and cut to
-- `look`; only then is each looked up in the log and in the records.
-- Returns: the number that was looked to, null if no number was left behind it; then seq, the task's
--          type and name, and an event's columns, or nulls in the only row if nothing was found.
-- Arguments: those of {numbers}, which stands for timeline_of_project.sql, timeline_of_types.sql
--            or timeline_of_tasks.sql; task_types, actors, since, until, pattern (ILIKE): null
--            for any; limit. {direction} is ASC or DESC;
--            {conditions} are a query's, on the event e, its number n and its task's record
--            t.task, with parameters value_0, value_1 and so on.
-- Usage: task_ledger.eventlog.timeline.read_page. OFFSET 0 keeps each look-up in its index and
--        partition: joined freely, the planner reads the whole log and sorts it.
WITH numbers AS MATERIALIZED (
    {numbers}
), looked AS (
    SELECT CASE WHEN count(*) = %(look)s THEN (array_agg(n.seq ORDER BY n.seq {direction}))[%(look)s] END AS seq
    FROM numbers AS n
)
SELECT looked.seq, found.*
FROM looked
LEFT JOIN (
    SELECT n.seq, (t.task).task_type, (t.task).task_name, {event:e}
    FROM (SELECT n.* FROM numbers AS n ORDER BY n.seq {direction}) AS n
    LEFT JOIN LATERAL (
        SELECT p AS task
        FROM task_ledger.task_record AS p
        WHERE p.task_id = n.task_id
        OFFSET 0
    ) AS t ON true
    CROSS JOIN LATERAL (
        SELECT p.*
        FROM task_ledger.task_event AS p
        WHERE p.bucket = task_ledger.bucket_of(n.task_id) AND p.task_id = n.task_id
            AND p.version = n.version
        OFFSET 0
    ) AS e
    WHERE (%(since)s::timestamptz IS NULL OR n.recorded_at >= %(since)s::timestamptz)
        AND (%(until)s::timestamptz IS NULL OR n.recorded_at < %(until)s::timestamptz)
        AND (%(task_types)s::text[] IS NULL OR (t.task).task_type = ANY (%(task_types)s::text[]))
        AND (%(actors)s::text[] IS NULL OR e.actor = ANY (%(actors)s::text[]))
        AND (%(pattern)s::text IS NULL
            OR concat_ws(E'\n', (t.task).task_name, (t.task).task_type, e.actor,
                         coalesce(e.private ->> 'step', e.data ->> 'step'),
                         coalesce(e.private ->> 'detail', e.data ->> 'detail'),
                         coalesce(e.private ->> 'message', e.data ->> 'message'),
                         e.data -> 'error' ->> 'type',
                         coalesce(e.private -> 'error' ->> 'message', e.data -> 'error' ->> 'message'))
                ILIKE %(pattern)s::text){conditions}
    ORDER BY n.seq {direction}
    LIMIT %(limit)s
) AS found ON true
ORDER BY found.seq {direction}
