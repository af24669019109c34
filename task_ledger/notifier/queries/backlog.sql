-- What the notifiers have not done yet, if there is any rule.
-- Returns: for how many seconds the oldest event of a project has not been read (0 for none), how many
--   notifications are due, for how many seconds the first has been (0 for none), how many were given up.
-- Arguments: none.
-- Usage: task_ledger.notifier.backlog.
SELECT
    CASE WHEN EXISTS (SELECT FROM task_ledger.notification_rule) THEN coalesce((
        SELECT extract(epoch FROM clock_timestamp() - min(t.recorded_at))
        FROM task_ledger.project_head AS h
        LEFT JOIN task_ledger.notification_cursor AS c ON c.project_id = h.project_id
        CROSS JOIN LATERAL (
            SELECT n.recorded_at FROM task_ledger.project_timeline AS n
            WHERE n.project = h.id AND n.seq > coalesce(c.seq, 0)
            ORDER BY n.seq LIMIT 1
        ) AS t
        WHERE h.seq > coalesce(c.seq, 0)), 0) ELSE 0 END::float8,
    (SELECT count(*) FROM task_ledger.notification AS n WHERE n.state = 'waiting' AND n.try_at <= clock_timestamp()),
    coalesce((SELECT extract(epoch FROM clock_timestamp() - min(n.try_at)) FROM task_ledger.notification AS n
              WHERE n.state = 'waiting' AND n.try_at <= clock_timestamp()), 0)::float8,
    (SELECT count(*) FROM task_ledger.notification AS n WHERE n.state = 'dead')
