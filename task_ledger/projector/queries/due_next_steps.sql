-- Whether a step is due. Locks nothing and draws no transaction id.
-- Returns: boolean.
-- Arguments: none.
-- Usage: task_ledger.projector.dependents, at every tick, prepared.
SELECT EXISTS (SELECT FROM task_ledger.next_step WHERE ready_at <= now())
