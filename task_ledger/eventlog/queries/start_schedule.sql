-- Asks for a start of a schedule's entry now.
-- Returns: one row, as of task_ledger.start_schedule.
-- Arguments: name, actor.
-- Usage: task_ledger.eventlog.schedules.
SELECT task_ledger.start_schedule(%(name)s, %(actor)s)
