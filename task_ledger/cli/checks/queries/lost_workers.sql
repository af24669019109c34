-- Workers whose lease expired without a goodbye, and attempts that were not closed after their worker had gone.
-- Returns: one row: the number of living workers; [lost workers]; the number of attempts.
-- Arguments: lost_s, for how many seconds a loss is told; closed_s, after how many an attempt is to be closed.
-- Usage: task-ledger doctor.
SELECT
    (SELECT count(*) FROM task_ledger.worker_lease AS w WHERE w.ended_at IS NULL AND w.expires_at > now()),
    ARRAY(
        SELECT w.worker FROM task_ledger.worker_lease AS w
        WHERE w.ended_at IS NULL AND w.expires_at <= now()
            AND w.expires_at > now() - make_interval(secs => %(lost_s)s)
        ORDER BY w.worker, w.boot),
    (SELECT count(*) FROM task_ledger.task_record AS r
     JOIN task_ledger.worker_lease AS w ON w.boot = r.boot
     WHERE r.completed_at IS NULL AND r.state IN ('started', 'progress')
         AND coalesce(w.ended_at, w.expires_at) < now() - make_interval(secs => %(closed_s)s))
