-- Counts what must not be once every task has ended, from the log and the orders alone.
--
-- Returns: one row for each rule, with the number of orders or tasks that break it.
-- Arguments: none.
-- Usage: tests/drill/system.py, after a restore.
SELECT 'an order has no registered task' AS rule, count(*) AS broken
FROM drill.order_of AS o
WHERE NOT EXISTS (
    SELECT 1 FROM task_ledger.task_event AS e
    WHERE e.task_id = o.task_id AND e.type = 'registered'
)
UNION ALL
SELECT 'a task has no order', count(*)
FROM task_ledger.task_event AS e
WHERE e.type = 'registered' AND NOT EXISTS (
    SELECT 1 FROM drill.order_of AS o WHERE o.task_id = e.task_id
)
UNION ALL
SELECT 'a task has not completed exactly once', count(*)
FROM drill.order_of AS o
WHERE (
    SELECT count(*) FROM task_ledger.task_event AS e
    WHERE e.task_id = o.task_id AND e.type = 'completed'
) <> 1
UNION ALL
SELECT 'an order is not delivered exactly once', count(*)
FROM drill.order_of AS o
WHERE (SELECT count(*) FROM drill.delivery AS d WHERE d.task_id = o.task_id) <> 1
UNION ALL
SELECT 'a delivery has no order', count(*)
FROM drill.delivery AS d
WHERE NOT EXISTS (SELECT 1 FROM drill.order_of AS o WHERE o.task_id = d.task_id)
UNION ALL
SELECT 'a record does not say SUCCESS', count(*)
FROM drill.order_of AS o
WHERE NOT EXISTS (
    SELECT 1 FROM task_ledger.task_record AS r
    WHERE r.task_id = o.task_id AND r.status = 'SUCCESS'
)
UNION ALL
SELECT 'an event has no timeline number', count(*)
FROM task_ledger.task_event AS e
WHERE NOT EXISTS (
    SELECT 1 FROM task_ledger.project_timeline AS t
    WHERE t.task_id = e.task_id AND t.version = e.version
)
UNION ALL
SELECT 'a timeline has a gap', count(*)
FROM (
    SELECT t.seq - lag(t.seq, 1, 0) OVER (PARTITION BY t.project_id ORDER BY t.seq) AS step
    FROM task_ledger.project_timeline AS t
) AS numbers
WHERE numbers.step <> 1;
