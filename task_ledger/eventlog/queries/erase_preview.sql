-- What an erasure of a task's events would do.
-- Returns: (project_id, versions, unsalted, tracebacks, message, ended): the versions that would be erased, an
--          array, and those among them whose hash has no salt; how many tracebacks would be deleted; whether
--          the task has a message; whether the task has ended. No row for an unknown task.
-- Arguments: task_id; versions, an array, or null for all.
-- Usage: task_ledger.eventlog.erasure.preview, as the eraser.
SELECT
    (SELECT f.project_id FROM task_ledger.task_event AS f
     WHERE f.bucket = task_ledger.bucket_of(%(task_id)s) AND f.task_id = %(task_id)s AND f.version = 1),
    coalesce(array_agg(e.version ORDER BY e.version) FILTER (WHERE e.wanted), '{}'),
    coalesce(array_agg(e.version ORDER BY e.version) FILTER (WHERE e.wanted AND e.private IS NULL), '{}'),
    (SELECT count(*) FROM task_ledger.traceback AS t
     WHERE t.task_id = %(task_id)s
        AND (%(versions)s::integer[] IS NULL OR t.version = ANY (%(versions)s::integer[]))),
    EXISTS (SELECT FROM task_ledger.message AS m WHERE m.task_id = %(task_id)s),
    bool_or(e.state IN ('completed', 'failed'))
FROM (
    SELECT o.version, o.private, o.state,
           (%(versions)s::integer[] IS NULL OR o.version = ANY (%(versions)s::integer[]))
           AND NOT (task_ledger.erased(o) *= o) AS wanted
    FROM task_ledger.task_event AS o
    WHERE o.bucket = task_ledger.bucket_of(%(task_id)s) AND o.task_id = %(task_id)s
) AS e
HAVING count(*) > 0
