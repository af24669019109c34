-- Records that a group of failures was handled.
-- Returns: whether there is such a group.
-- Arguments: project_id, fingerprint, actor, comment, up_to.
-- Usage: task_ledger.eventlog.failures.handle_failure.
SELECT task_ledger.handle_failure(
    %(project_id)s, %(fingerprint)s, %(actor)s, %(comment)s, %(up_to)s)
