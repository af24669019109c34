-- An accepted cancel never ends in SUCCESS, and none that was accepted is forgotten.
SELECT e.task_id, 'its cancel was accepted, and it succeeded'
FROM task_ledger.task_event AS e
WHERE e.type = 'cancel_requested'
    AND EXISTS (SELECT FROM task_ledger.task_event AS c
                WHERE c.task_id = e.task_id AND c.type = 'completed')
UNION ALL
SELECT t.task_id, 'its cancel was accepted with 202, and it did not end as cancelled'
FROM chaos.told AS t
WHERE t.what = 'cancelled'
    AND NOT EXISTS (SELECT FROM task_ledger.task_event AS e
                    WHERE e.task_id = t.task_id AND e.type = 'failed'
                        AND e.data ->> 'reason' = 'cancelled')
