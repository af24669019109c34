-- How much is left to be done: tasks, dispatches, messages, gaps, events that were not folded.
SELECT
    (SELECT count(*) FROM ledger.task_event AS e
     WHERE e.version = 1
         AND NOT EXISTS (SELECT FROM ledger.task_event AS last
                         WHERE last.task_id = e.task_id AND last.type IN ('completed', 'failed')))
    + (SELECT count(*) FROM ledger.outbox)
    + (SELECT count(*) FROM ledger.message)
    + (SELECT count(*) FROM ledger.next_step)
    + (SELECT count(*) FROM ledger.checkpoint WHERE gaps <> '[]')
    + (SELECT count(*) FROM ledger.task_event AS e
       WHERE NOT EXISTS (SELECT FROM ledger.task_record AS r
                         WHERE r.task_id = e.task_id AND r.version >= e.version))
