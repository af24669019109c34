-- Processes the steps that became due when tasks ended.
-- Returns: how many steps were taken.
-- Arguments: limit; actor.
-- Usage: task_ledger.projector.dependents.
SELECT task_ledger.take_next_steps(%(limit)s, %(actor)s)
