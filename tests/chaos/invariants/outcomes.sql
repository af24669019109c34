-- A task ends as its kind may: its body's way, or because something outside of it said so.
-- error: where a body fails of itself. Anything may lose all the attempts that it has.
WITH kind (task_type, may_succeed, reasons) AS (
    VALUES
        ('short', true, '{}'::text[]), ('long', true, '{}'), ('retrying', true, '{}'),
        ('sending', true, '{}'), ('hanging', true, '{}'), ('linked', true, '{}'),
        ('cancelled', true, '{}'), ('expiring', true, '{expired}'),
        ('following', true, '{upstream}'), ('chord', true, '{upstream}'),
        ('failing', false, '{error}'), ('exhausted', false, '{error}'), ('poison', false, '{}')
), ended AS (
    SELECT e.task_id, first.data ->> 'task_type' AS task_type, e.type, e.data ->> 'reason' AS reason,
        e.attempt, e.max_attempts, e.cancel_requested, coalesce(e.private, e.data) -> 'error' ->> 'message' AS message
    FROM task_ledger.task_event AS e
    JOIN task_ledger.task_event AS first ON first.task_id = e.task_id AND first.version = 1
    WHERE e.type IN ('completed', 'failed')
)
SELECT t.task_id, format('a %s task ended as %s(%s) at attempt %s: %s', t.task_type, t.type,
    coalesce(t.reason, ''), t.attempt, t.message)
FROM ended AS t
LEFT JOIN kind AS k ON k.task_type = t.task_type
WHERE NOT CASE
    WHEN k.task_type IS NULL THEN false
    WHEN t.type = 'completed' THEN k.may_succeed
    WHEN t.cancel_requested THEN t.reason = 'cancelled'
    WHEN t.reason = ANY (k.reasons) THEN true
    ELSE t.reason IN ('worker_lost', 'timeout', 'error') AND t.attempt = t.max_attempts
END
