-- Workers, by their leases: the living ones, then those that are gone, the last to go first; each with
-- the tasks that it had at its last renewal.
-- Returns: boot, worker, host, pid, pool, processes, queues, began_at, renewed_at, expires_at, ended_at,
--          now; the number of tasks; a JSON array of those that the ledger knows, at most 100: task_id,
--          project_id, task_name, task_type, whether it runs in this worker, attempt_started_at.
-- Arguments: most, how many workers.
-- Usage: task_ledger.eventlog.workers.read_workers. Leases are kept for a day after their end.
SELECT l.boot, l.worker, l.host, l.pid, l.pool, l.processes, l.queues, l.began_at, l.renewed_at,
    l.expires_at, l.ended_at, now(), cardinality(l.live), coalesce(t.tasks, '[]')
FROM (
    SELECT w.*
    FROM task_ledger.worker_lease AS w
    ORDER BY (w.ended_at IS NULL AND w.expires_at > now()) DESC,
        CASE WHEN w.ended_at IS NULL AND w.expires_at > now() THEN NULL ELSE w.expires_at END DESC,
        w.worker, w.boot
    LIMIT %(most)s
) AS l
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object(
        'task_id', r.task_id, 'project_id', r.project_id, 'task_name', r.task_name,
        'task_type', r.task_type, 'started_at', r.attempt_started_at,
        'running', r.completed_at IS NULL AND r.boot = l.boot
            AND r.state NOT IN ('registered', 'retrying'))
        ORDER BY r.attempt_started_at, r.task_id) AS tasks
    FROM unnest(l.live[1:100]) AS live (task_id)
    JOIN task_ledger.task_record AS r ON r.task_id = live.task_id
) AS t ON true
