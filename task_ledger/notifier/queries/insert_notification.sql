-- Creates a notification.
-- Returns: nothing.
-- Arguments: columns of task_ledger.notification.
-- Usage: task_ledger.notifier.outbox.
INSERT INTO task_ledger.notification (rule_id, channel, trigger, project_id, task_id, version, fingerprint,
    failed_after, detail)
VALUES (%(rule_id)s, %(channel)s, %(trigger)s, %(project_id)s, %(task_id)s, %(version)s, %(fingerprint)s,
    %(failed_after)s, %(detail)s::json)
ON CONFLICT DO NOTHING
