-- The queues that the broker is to be asked about, unless it was asked just now, and how messages to
-- each are placed in it.
-- Returns: queue; the properties of the message of the task that waits longest in it, or null.
-- Arguments: most; every_s. {names} stands for task_ledger/eventlog/queries/queue_names.sql.
-- Usage: task_ledger.projector.queue_depths.
SELECT n.queue, m.properties
FROM ({names}) AS n
LEFT JOIN LATERAL (
    SELECT r.task_id
    FROM task_ledger.task_record AS r
    WHERE r.completed_at IS NULL AND r.state IN ('registered', 'retrying') AND r.queue = n.queue
    ORDER BY coalesce(r.due_at, r.created_at), r.task_id
    LIMIT 1
) AS r ON true
LEFT JOIN task_ledger.message AS m ON m.task_id = r.task_id
WHERE NOT EXISTS (
    SELECT FROM task_ledger.queue_depth AS d
    WHERE d.queue = n.queue AND d.asked_at > now() - make_interval(secs => %(every_s)s))
