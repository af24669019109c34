-- How much is left to be done: tasks, dispatches, messages that are not kept for a while only, gaps,
-- events that were not folded.
SELECT
    (SELECT count(*) FROM task_ledger.task_event AS e
     WHERE e.version = 1
         AND NOT EXISTS (SELECT FROM task_ledger.task_event AS last
                         WHERE last.task_id = e.task_id AND last.type IN ('completed', 'failed')))
    + (SELECT count(*) FROM task_ledger.outbox)
    + (SELECT count(*) FROM task_ledger.message WHERE forget_at IS NULL)
    + (SELECT count(*) FROM task_ledger.next_step)
    + (SELECT count(*) FROM task_ledger.checkpoint WHERE gaps || old_gaps <> '[]')
    + (SELECT count(*) FROM task_ledger.task_event AS e
       WHERE NOT EXISTS (SELECT FROM task_ledger.task_record AS r
                         WHERE r.task_id = e.task_id AND r.version >= e.version))
