-- Claims the longest-waiting notification of an idle channel for one try. Notifications of one task stay
-- in order: a later one waits while an earlier one waits for its next try or is being sent.
-- Returns: id, tries (this one included), key, trigger, made_at, detail, kind, address, secret, then of
--          the task: project_id, task_id, version, and from its record task_type, status, failure_reason,
--          error type, place, fingerprint, attempt, queue, created_at, started_at, completed_at (null
--          without a record).
-- Arguments: busy, names of busy channels; hold_s, seconds after which another notifier may take it over.
-- Usage: task_ledger.notifier.sending.
WITH next AS (
    SELECT w.id
    FROM task_ledger.notification AS w
    WHERE w.state = 'waiting' AND w.try_at <= clock_timestamp() AND NOT w.channel = ANY (%(busy)s::text[])
        AND NOT EXISTS (
            SELECT FROM task_ledger.notification AS e
            WHERE e.task_id = w.task_id AND e.channel = w.channel AND e.id < w.id AND e.state = 'waiting')
    ORDER BY w.try_at, w.id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE task_ledger.notification AS n
    SET tries = n.tries + 1, try_at = clock_timestamp() + make_interval(secs => %(hold_s)s)
    FROM next
    WHERE n.id = next.id
    RETURNING n.*
)
SELECT t.id, t.tries, t.channel, t.key, t.trigger, t.made_at, t.detail, c.kind, c.address, c.secret,
    t.project_id, t.task_id, t.version, r.task_type, r.status, r.failure_reason, r.error ->> 'type',
    r.error ->> 'place', r.fingerprint, r.attempt, r.queue, r.created_at, r.started_at, r.completed_at
FROM taken AS t
JOIN task_ledger.notification_channel AS c ON c.name = t.channel
LEFT JOIN task_ledger.task_record AS r ON r.task_id = t.task_id
