-- A step starts after all the tasks that it comes after have succeeded, and never when one of
-- them has not: then it ends as failed(upstream), and only then. Those that are to follow failures
-- too start after all of them have ended.
WITH step AS (
    SELECT e.task_id, before.value::uuid AS before,
        coalesce((e.data ->> 'after_failures')::boolean, false) AS after_failures
    FROM task_ledger.task_event AS e
    CROSS JOIN LATERAL json_array_elements_text(e.data -> 'waits_for') AS before (value)
    WHERE e.version = 1
), ended AS (
    SELECT e.task_id, e.type, e.data ->> 'reason' AS reason, e.recorded_at
    FROM task_ledger.task_event AS e
    WHERE e.type IN ('completed', 'failed')
)
SELECT s.task_id, format('attempt %s started before task %s had succeeded', e.attempt, s.before)
FROM step AS s
JOIN task_ledger.task_event AS e ON e.task_id = s.task_id AND e.type = 'started'
LEFT JOIN ended AS b ON b.task_id = s.before AND (s.after_failures OR b.type = 'completed')
WHERE b.recorded_at IS NULL OR b.recorded_at > e.recorded_at
UNION ALL
SELECT s.task_id, format('it ended as %s(%s) behind task %s, which failed', t.type, t.reason, s.before)
FROM step AS s
JOIN ended AS b ON b.task_id = s.before AND b.type = 'failed'
JOIN ended AS t ON t.task_id = s.task_id
WHERE t.reason IS DISTINCT FROM 'upstream' AND NOT s.after_failures
UNION ALL
SELECT t.task_id, 'it ended as failed(upstream), and no task before it failed'
FROM ended AS t
WHERE t.reason = 'upstream'
    AND NOT EXISTS (SELECT FROM step AS s JOIN ended AS b ON b.task_id = s.before
                    WHERE s.task_id = t.task_id AND b.type = 'failed' AND NOT s.after_failures)
