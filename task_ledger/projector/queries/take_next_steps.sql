-- Does what the ends of tasks make due.
-- Returns: how many steps were taken.
-- Arguments: limit; actor.
-- Usage: task_ledger.projector.dependents.
SELECT task_ledger.take_next_steps(%(limit)s, %(actor)s)
