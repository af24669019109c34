-- The notifiers' backlog; unread events count only if there is a rule.
-- Returns: age of the oldest unread event in seconds (0 for none), number of due notifications, seconds
--          since the first of them was due (0 for none), number of given-up notifications.
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
