-- Deletes the hours of failures that no trend shows any more: trends go back 14 days.
-- Returns: nothing.
-- Arguments: days.
-- Usage: task_ledger.projector.parts, once an hour.
DELETE FROM task_ledger.failure_hour WHERE hour < now() - make_interval(days => %(days)s)
