-- Whether a rule has already notified this first failure or return of a group.
-- Returns: boolean.
-- Arguments: rule_id, project_id, fingerprint, failed_after.
-- Usage: task_ledger.notifier.outbox.
SELECT EXISTS (
    SELECT FROM task_ledger.notification AS n
    WHERE n.rule_id = %(rule_id)s AND n.project_id = %(project_id)s AND n.fingerprint = %(fingerprint)s
        AND n.failed_after = %(failed_after)s)
