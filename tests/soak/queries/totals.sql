-- Returns: one row: tasks of the load; those of them that have ended; events in the log.
-- Arguments: none.
-- Usage: tests.soak.run.
SELECT
    (SELECT count(*) FROM soak.request),
    (SELECT count(*) FROM task_ledger.task_event AS e
     WHERE e.type IN ('completed', 'failed')
         AND e.task_id IN (SELECT r.task_id FROM soak.request AS r)),
    (SELECT count(*) FROM task_ledger.task_event)
