-- Returns: how much is left to be done: tasks of the load without an end, dispatches, events that were
--          not folded, notifications that wait.
-- Arguments: none.
-- Usage: tests.soak.run.
SELECT
    (SELECT count(*) FROM soak.request AS r
     WHERE NOT EXISTS (SELECT FROM task_ledger.task_event AS e
                       WHERE e.task_id = r.task_id AND e.type IN ('completed', 'failed')))
    + (SELECT count(*) FROM task_ledger.outbox)
    + (SELECT count(*) FROM task_ledger.task_event AS e
       WHERE NOT EXISTS (SELECT FROM task_ledger.task_record AS r
                         WHERE r.task_id = e.task_id AND r.version >= e.version))
    + (SELECT count(*) FROM task_ledger.notification AS n WHERE n.state = 'waiting')
