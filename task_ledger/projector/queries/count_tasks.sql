-- How many tasks the log has.
-- Returns: bigint.
-- Arguments: none.
-- Usage: task_ledger.projector.rebuild, for its progress.
SELECT count(*) FROM task_ledger.task_event WHERE version = 1
