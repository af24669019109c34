-- Stops an action.
-- Returns: boolean.
-- Arguments: id.
-- Usage: task_ledger.eventlog.actions.stop_action.
SELECT task_ledger.stop_action(%(id)s)
