-- Creates a test notification, or makes the one that is waiting due now: there is at most one for a channel.
-- Returns: its id.
-- Arguments: channel.
-- Usage: task_ledger.notifier.notifications.
WITH waiting AS (
    UPDATE task_ledger.notification AS n
    SET try_at = clock_timestamp(), tries = 0
    WHERE n.task_id IS NULL AND n.channel = %(channel)s AND n.trigger = 'notification.test' AND n.state = 'waiting'
    RETURNING n.id
), made AS (
    INSERT INTO task_ledger.notification (channel, trigger)
    SELECT %(channel)s, 'notification.test'
    WHERE NOT EXISTS (SELECT FROM waiting)
    RETURNING id
)
SELECT w.id FROM waiting AS w UNION ALL SELECT m.id FROM made AS m
