-- Records what became of one task of an action.
-- Returns: nothing.
-- Arguments: action_id, task_id, outcome, detail.
-- Usage: task_ledger.projector.acting, in the transaction that took it and acted.
UPDATE task_ledger.action_task
SET outcome = %(outcome)s, detail = %(detail)s, done_at = clock_timestamp()
WHERE action_id = %(action_id)s AND task_id = %(task_id)s
