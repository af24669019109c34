-- Queues in which tasks have waited since they were published, and from which none was started after
-- the first of them was due.
-- Returns: (queue, tasks, seconds that the first has been due).
-- Arguments: since_s, for how long at least.
-- Usage: task_ledger.eventlog.stuck.
SELECT w.queue, w.tasks, extract(epoch FROM now() - w.due_at)::float8
FROM (
    SELECT r.queue, count(*) AS tasks, min(coalesce(r.due_at, r.created_at)) AS due_at
    FROM task_ledger.task_record AS r
    WHERE r.completed_at IS NULL AND r.state IN ('registered', 'retrying') AND r.queue IS NOT NULL
        AND coalesce(r.due_at, r.created_at) < now() - make_interval(secs => %(since_s)s)
        AND NOT EXISTS (SELECT FROM task_ledger.next_step AS s WHERE s.task_id = r.task_id)
        AND NOT EXISTS (
            SELECT FROM task_ledger.outbox AS o
            WHERE o.task_id = r.task_id AND (o.try_at < now() + interval '6 min' OR o.held IS NOT NULL))
    GROUP BY r.queue
) AS w
WHERE NOT EXISTS (
    SELECT FROM task_ledger.task_record AS s
    WHERE s.queue = w.queue AND s.attempt_started_at > w.due_at)
ORDER BY w.due_at
