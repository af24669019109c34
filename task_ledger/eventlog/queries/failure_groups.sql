-- A page of groups of failures, the group with the newest failure first.
-- Returns: a group's columns but handled_to; the message of its last task, null if that task is not
--          kept any more; when, by whom and with which comment it was handled last; its hours since
--          `since` and the number of tasks that failed in each, as two arrays; whether it is open.
-- Arguments: projects, null for all; last_at, last_project, last_fingerprint, where the page before
--            ended, or infinity; since; limit. {state} is a condition of a group g.
-- Usage: task_ledger.eventlog.failures.read_failures. {state} is written as in the partial indexes of
--        task_ledger.failure_group.
SELECT g.project_id, g.fingerprint, g.task_type, g.error_type, g.place, g.first_at, g.last_at, g.tasks,
    g.last_task_id, r.message, h.at, h.actor, h.comment, t.hours, t.tasks,
    g.handled_to IS NULL OR g.last_at > g.handled_to
FROM (
    {groups}
    ORDER BY last_at DESC, project_id DESC, fingerprint DESC
    LIMIT %(limit)s
) AS g
LEFT JOIN LATERAL (
    SELECT r.error ->> 'message' AS message
    FROM task_ledger.task_record AS r
    WHERE r.task_id = g.last_task_id
    OFFSET 0
) AS r ON true
LEFT JOIN LATERAL (
    SELECT h.at, h.actor, h.comment
    FROM task_ledger.failure_handling AS h
    WHERE h.project_id = g.project_id AND h.fingerprint = g.fingerprint
    ORDER BY h.at DESC
    LIMIT 1
) AS h ON true
LEFT JOIN LATERAL (
    SELECT array_agg(c.hour) AS hours, array_agg(c.tasks) AS tasks
    FROM task_ledger.failure_hour AS c
    WHERE c.project_id = g.project_id AND c.fingerprint = g.fingerprint
        AND c.hour >= %(since)s::timestamptz AND c.tasks > 0
) AS t ON true
ORDER BY g.last_at DESC, g.project_id DESC, g.fingerprint DESC
