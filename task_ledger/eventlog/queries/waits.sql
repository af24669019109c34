-- What keeps tasks from starting that have not started.
-- Returns: one row: the time now; of the queues, those from which a living worker takes and those
--          that are paused; of the tasks, those that wait for others, those whose message is held
--          by a pause, and those that a living worker has received. Arrays.
-- Arguments: task_ids and queues, arrays.
-- Usage: task_ledger.eventlog.waits.read_waits.
WITH living AS MATERIALIZED (
    SELECT l.queues, l.live
    FROM task_ledger.worker_lease AS l
    WHERE l.ended_at IS NULL AND l.expires_at > now()
)
SELECT now(),
    ARRAY(SELECT DISTINCT q.queue FROM living AS l CROSS JOIN LATERAL unnest(l.queues) AS q (queue)
          WHERE q.queue = ANY (%(queues)s::text[])),
    ARRAY(SELECT p.queue FROM task_ledger.queue_pause AS p WHERE p.queue = ANY (%(queues)s::text[])),
    ARRAY(SELECT DISTINCT s.task_id FROM task_ledger.next_step AS s
          WHERE s.task_id = ANY (%(task_ids)s::uuid[])),
    ARRAY(SELECT o.task_id FROM task_ledger.outbox AS o
          WHERE o.held = ANY (%(queues)s::text[]) AND o.task_id = ANY (%(task_ids)s::uuid[])),
    ARRAY(SELECT DISTINCT t.task_id FROM living AS l CROSS JOIN LATERAL unnest(l.live) AS t (task_id)
          WHERE t.task_id = ANY (%(task_ids)s::uuid[]))
