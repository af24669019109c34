-- Attempts that hold a task though their worker is gone, or does not know of them any more: the
-- lease has ended or expired; or it lives, but two renewals in a row, both after the attempt
-- began, do not name the task; or there is none, long after the attempt began. An expired or
-- missing lease counts when its worker could have written it: when the database has been seen to
-- answer for as long as the lease was good for, or the wait for a first lease takes. The records may be behind the log, so this says where to
-- look, and the log decides.
-- Returns: (task_id, claim, attempt, worker, lost): how it was lost, `gone` or `forgotten`.
-- Arguments: watched_s, for how many seconds the database has answered without interruption;
--            without_lease_s, after how many an attempt without a lease is lost; limit.
-- Usage: task_ledger.projector.reconciler, at every tick, prepared.
SELECT r.task_id, r.claim, r.attempt, r.worker,
    CASE WHEN l.expires_at > now() THEN 'forgotten' ELSE 'gone' END
FROM task_ledger.task_record AS r
LEFT JOIN task_ledger.worker_lease AS l ON l.boot = r.boot
WHERE r.completed_at IS NULL AND r.state IN ('started', 'progress') AND r.boot IS NOT NULL
    AND CASE
        WHEN l.boot IS NULL THEN
            r.attempt_started_at < now() - make_interval(secs => %(without_lease_s)s)
            AND %(without_lease_s)s <= %(watched_s)s
        WHEN l.ended_at IS NOT NULL THEN true
        WHEN l.expires_at <= now() THEN
            l.expires_at - l.renewed_at <= make_interval(secs => %(watched_s)s)
        ELSE r.attempt_started_at < l.renewed_before_at
            AND NOT r.task_id = ANY (l.live) AND NOT r.task_id = ANY (l.live_before)
    END
ORDER BY r.attempt_started_at
LIMIT %(limit)s
