-- Tasks of the load whose end or whose rows are not what they must be. A task completes unless it always
-- fails or its cancel was accepted; a completed task has exactly one row of its body, any other none. A
-- task that failed, and no other, was notified once.
-- Returns: (task_id, what is wrong).
-- Arguments: none.
-- Usage: tests.soak.run.
WITH ended AS (
    SELECT r.task_id, r.kind,
        (SELECT count(*) FROM task_ledger.task_event AS e
         WHERE e.task_id = r.task_id AND e.type IN ('completed', 'failed')) AS ends,
        EXISTS (SELECT FROM task_ledger.task_event AS e
                WHERE e.task_id = r.task_id AND e.type = 'completed') AS completed,
        EXISTS (SELECT FROM soak.cancelled AS c WHERE c.task_id = r.task_id) AS cancelled,
        (SELECT count(*) FROM soak.effect AS f WHERE f.task_id = r.task_id) AS effects,
        (SELECT count(*) FROM task_ledger.notification AS n
         WHERE n.task_id = r.task_id AND n.state = 'sent') AS notified
    FROM soak.request AS r
)
SELECT task_id, format('%s with %s ends', kind, ends) FROM ended WHERE ends <> 1
UNION ALL
SELECT task_id, format('%s, completed: %s, cancelled: %s', kind, completed, cancelled) FROM ended
WHERE completed <> (kind <> 'failing' AND NOT cancelled)
UNION ALL
SELECT task_id, format('%s, completed: %s, with %s rows', kind, completed, effects) FROM ended
WHERE effects <> completed::integer
UNION ALL
SELECT task_id, format('%s, notified %s times', kind, notified) FROM ended
WHERE notified <> (kind = 'failing' AND ends = 1)::integer
UNION ALL
SELECT e.task_id, 'registered without the row of its request' FROM task_ledger.task_event AS e
WHERE e.version = 1 AND e.actor = 'soak'
    AND NOT EXISTS (SELECT FROM soak.request AS r WHERE r.task_id = e.task_id)
