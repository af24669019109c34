-- Begins a rule's quiet time for a project, or counts another held-back notification.
-- Returns: number held back so far, 0 if the quiet time has just begun.
-- Arguments: rule_id, project_id ('' for none), quiet_s.
-- Usage: task_ledger.notifier.outbox, before a notification is created.
INSERT INTO task_ledger.notification_quiet AS q (rule_id, project_id, until)
VALUES (%(rule_id)s, %(project_id)s, clock_timestamp() + make_interval(secs => %(quiet_s)s))
ON CONFLICT (rule_id, project_id) DO UPDATE SET held = q.held + 1
RETURNING q.held
