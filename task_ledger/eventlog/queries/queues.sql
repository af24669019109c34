-- Queues with what waits in them, their workers, and what the broker said about them.
-- Returns: queue; the number of due tasks that wait for a worker, of tasks that are due later, and of
--          tasks that wait for others; when the first of the due ones was due; whether there are
--          more tasks than were looked at; the number of living workers that consume it and of
--          their processes; when, by whom and why it was paused, or nulls; the messages, consumers
--          and the time that the broker was asked, or nulls; the time now. By name.
-- Arguments: those of {waits}, which stands for queues_of_all.sql or queues_of_projects.sql.
-- Usage: task_ledger.eventlog.queues.read_queues.
WITH living AS MATERIALIZED (
    SELECT q.queue, count(*) AS workers, sum(l.processes) AS processes
    FROM task_ledger.worker_lease AS l
    CROSS JOIN LATERAL unnest(l.queues) AS q (queue)
    WHERE l.ended_at IS NULL AND l.expires_at > now()
    GROUP BY q.queue
), waits AS (
    {waits}
)
SELECT w.queue, w.waiting, w.later, w.blocked, w.first_due_at, w.more,
    coalesce(l.workers, 0), coalesce(l.processes, 0),
    p.paused_at, p.paused_by, p.reason, d.messages, d.consumers, d.asked_at, now()
FROM waits AS w
LEFT JOIN living AS l ON l.queue = w.queue
LEFT JOIN task_ledger.queue_pause AS p ON p.queue = w.queue
LEFT JOIN task_ledger.queue_depth AS d ON d.queue = w.queue
ORDER BY w.queue
