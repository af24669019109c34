-- What follows what is legal, an attempt belongs to one claim, and only its claim speaks for it.
WITH legal (state, type) AS (
    VALUES ('registered', 'started'), ('registered', 'failed'),
        ('started', 'progress'), ('started', 'retrying'), ('started', 'completed'),
        ('started', 'failed'),
        ('progress', 'progress'), ('progress', 'retrying'), ('progress', 'completed'),
        ('progress', 'failed'),
        ('retrying', 'started'), ('retrying', 'failed')
), step AS (
    SELECT e.*,
        lag(e.state) OVER task AS before,
        lag(e.attempt) OVER task AS attempt_before,
        lag(e.claim) OVER task AS claim_before,
        lag(e.due_at) OVER task AS due_before,
        lag(e.cancel_requested) OVER task AS cancel_before
    FROM task_ledger.task_event AS e
    WINDOW task AS (PARTITION BY e.task_id ORDER BY e.version)
)
SELECT s.task_id, format('%s (version %s) follows %s', s.type, s.version, s.before)
FROM step AS s
WHERE s.version > 1 AND s.type NOT IN ('noted', 'cancel_requested', 'retry_requested')
    AND NOT EXISTS (SELECT FROM legal AS l
                    WHERE l.state = s.before::text AND l.type = s.type::text)
UNION ALL
SELECT s.task_id, format('version %s (%s) carries the state %s', s.version, s.type, s.state)
FROM step AS s
WHERE s.state <> CASE WHEN s.type IN ('noted', 'cancel_requested', 'retry_requested') THEN s.before ELSE s.type END
UNION ALL
SELECT s.task_id, format('version %s (%s) carries the attempt %s behind %s',
    s.version, s.type, s.attempt, s.attempt_before)
FROM step AS s
WHERE s.attempt <> coalesce(s.attempt_before, 0) + (s.type = 'started')::integer
UNION ALL
SELECT s.task_id, format('attempt %s started, and %s are allowed', s.attempt, s.max_attempts)
FROM step AS s
WHERE s.type = 'started' AND s.attempt > s.max_attempts
UNION ALL
SELECT s.task_id, format('version %s (%s) is of another claim than its attempt', s.version, s.type)
FROM step AS s
WHERE s.type IN ('progress', 'completed') AND s.claim IS DISTINCT FROM s.claim_before
UNION ALL
SELECT s.task_id, format('attempt %s started %s before it was due', s.attempt,
    s.due_before - s.recorded_at)
FROM step AS s
WHERE s.type = 'started' AND s.recorded_at < s.due_before
UNION ALL
SELECT s.task_id, format('version %s (%s) follows an accepted cancel', s.version, s.type)
FROM step AS s
WHERE s.cancel_before AND s.type NOT IN ('progress', 'noted')
    AND NOT (s.type = 'failed' AND s.data ->> 'reason' = 'cancelled')
UNION ALL
SELECT min(s.task_id::text)::uuid, format('the claim %s started %s attempts', s.claim, count(*))
FROM step AS s
WHERE s.type = 'started'
GROUP BY s.claim
HAVING count(*) > 1
