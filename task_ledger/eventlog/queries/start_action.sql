-- Starts a drafted action.
-- Returns: boolean.
-- Arguments: those of task_ledger.start_action.
-- Usage: task_ledger.eventlog.actions.start_action.
SELECT task_ledger.start_action(%(id)s, %(actor)s, %(reason)s)
