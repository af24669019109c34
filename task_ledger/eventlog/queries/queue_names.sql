-- The queues that the ledger knows: in which something waits, from which a living worker takes, or
-- which are paused.
-- Returns: queue, at most `most`.
-- Arguments: most.
-- Usage: {names} in queues_of_all.sql, and task_ledger.projector.queue_depths. One step in the index
--        for each queue, however many tasks wait in it.
WITH RECURSIVE waited (queue) AS (
    SELECT min(r.queue)
    FROM task_ledger.task_record AS r
    WHERE r.completed_at IS NULL AND r.state IN ('registered', 'retrying')
    UNION ALL
    SELECT (
        SELECT min(r.queue)
        FROM task_ledger.task_record AS r
        WHERE r.completed_at IS NULL AND r.state IN ('registered', 'retrying')
            AND r.queue > waited.queue)
    FROM waited
    WHERE waited.queue IS NOT NULL
)
SELECT n.queue
FROM (
    (SELECT w.queue FROM waited AS w WHERE w.queue IS NOT NULL LIMIT %(most)s)
    UNION
    SELECT q.queue
    FROM task_ledger.worker_lease AS l
    CROSS JOIN LATERAL unnest(l.queues) AS q (queue)
    WHERE l.ended_at IS NULL AND l.expires_at > now()
    UNION
    SELECT p.queue FROM task_ledger.queue_pause AS p
) AS n
ORDER BY n.queue
LIMIT %(most)s
