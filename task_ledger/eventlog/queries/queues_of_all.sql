-- What waits in each queue, of all projects. In each, at most `look` tasks are looked at, those that
-- are due first.
-- Returns: queue; waiting, later and blocked; first_due_at; more: see queues.sql.
-- Arguments: most, how many queues; look. {names} stands for queue_names.sql.
-- Usage: {waits} in queues.sql.
SELECT n.queue, t.waiting, t.later, t.blocked, t.first_due_at, t.more
FROM ({names}) AS n
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE NOT c.blocked AND c.due <= now()) AS waiting,
        count(*) FILTER (WHERE NOT c.blocked AND c.due > now()) AS later,
        count(*) FILTER (WHERE c.blocked) AS blocked,
        min(c.due) FILTER (WHERE NOT c.blocked AND c.due <= now()) AS first_due_at,
        count(*) = %(look)s AS more
    FROM (
        SELECT coalesce(r.due_at, r.created_at) AS due,
            EXISTS (SELECT FROM task_ledger.next_step AS s WHERE s.task_id = r.task_id) AS blocked
        FROM task_ledger.task_record AS r
        WHERE r.completed_at IS NULL AND r.state IN ('registered', 'retrying') AND r.queue = n.queue
        ORDER BY coalesce(r.due_at, r.created_at), r.task_id
        LIMIT %(look)s
    ) AS c
) AS t
